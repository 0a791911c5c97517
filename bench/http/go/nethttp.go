// Go's net/http on one core. Argument: mode.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
)

func main() {
	runtime.GOMAXPROCS(1)
	large := make([]byte, 1<<20)
	handler := func(w http.ResponseWriter, r *http.Request) {
		switch os.Args[1] {
		case "static":
			w.Header().Set("Content-Type", "text/plain;charset=UTF-8")
			io.WriteString(w, "Hello, World!")
		case "json":
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]string{"message": "Hello, World!"})
		case "hono":
			w.Header().Set("X-Powered-By", "go")
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]string{"id": r.URL.Path[len("/users/"):], "name": "Ada"})
		case "echo":
			var value map[string]any
			json.NewDecoder(r.Body).Decode(&value)
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(value)
		case "upload":
			n, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, n)
		case "download":
			w.Header().Set("Content-Length", "1048576")
			w.Write(large)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening %d\n", listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, http.HandlerFunc(handler)))
}
