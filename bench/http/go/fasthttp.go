// Go's fasthttp on one core. Argument: mode.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"

	"github.com/valyala/fasthttp"
)

func main() {
	runtime.GOMAXPROCS(1)
	large := make([]byte, 1<<20)
	handler := func(ctx *fasthttp.RequestCtx) {
		switch os.Args[1] {
		case "static":
			ctx.SetContentType("text/plain;charset=UTF-8")
			ctx.WriteString("Hello, World!")
		case "json":
			ctx.SetContentType("application/json")
			json.NewEncoder(ctx).Encode(map[string]string{"message": "Hello, World!"})
		case "hono":
			ctx.Response.Header.Set("X-Powered-By", "go")
			ctx.SetContentType("application/json")
			json.NewEncoder(ctx).Encode(map[string]string{"id": string(ctx.Path()[len("/users/"):]), "name": "Ada"})
		case "echo":
			var value map[string]any
			json.Unmarshal(ctx.PostBody(), &value)
			ctx.SetContentType("application/json")
			json.NewEncoder(ctx).Encode(value)
		case "upload":
			fmt.Fprint(ctx, len(ctx.PostBody()))
		case "download":
			ctx.Write(large)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening %d\n", listener.Addr().(*net.TCPAddr).Port)
	panic((&fasthttp.Server{Handler: handler}).Serve(listener))
}
