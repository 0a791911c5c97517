/**
 * The runtime's plain sockets, through this project's port: every read is answered with the same
 * bytes, unread. What a connection costs without HTTP, and how fast an HTTP server can be at most.
 */

import { currentNetwork } from "../../src/runtime/current.ts";

const ANSWER = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\ncontent-type: application/json\r\n" +
    'Content-Length: 27\r\n\r\n{"message":"Hello, World!"}',
);
const listener = await currentNetwork().listen({ port: 0 }, (socket) => ({
  data() {
    socket.write(ANSWER);
  },
  end: () => socket.end(),
  drain() {},
  close() {},
}));
console.log(`listening ${(listener.address as { port: number }).port}`);
