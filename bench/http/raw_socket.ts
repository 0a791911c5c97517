/** The runtime's plain sockets, through this project's port, answering nothing: what a connection costs without HTTP. */

import { currentNetwork } from "../../src/runtime/current.ts";

const listener = await currentNetwork().listen({ port: 0 }, (socket) => ({
  data() {
    socket.write(
      new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    );
  },
  end: () => socket.end(),
  drain() {},
  close() {},
}));
console.log(`listening ${(listener.address as { port: number }).port}`);
