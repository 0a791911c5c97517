/**
 * The answering side of the RPC benchmark: every peer echoes the payload.
 * Usage: server KIND; prints `port N` and serves until its standard input ends.
 */

import { createServer as createHttp2 } from "node:http2";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import type { Server } from "node:net";
import { ZapServer } from "../../src/rpc/mod.ts";

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const KINDS: Record<string, () => Promise<number>> = {
  async zap() {
    const address = await new ZapServer({ call: (call) => call.payload })
      .listen({ port: 0 });
    return address.transport === "tcp" ? address.port : 0;
  },
  // The limit: the same bytes, without a protocol.
  raw: () => listening(createTcp({ noDelay: true }, (socket) => socket.pipe(socket))),
  async http() {
    const server = createHttp(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      const body = JSON.stringify({ payload: JSON.parse(text).payload });
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": body.length,
      });
      response.end(body);
    });
    server.keepAliveTimeout = 60_000;
    return await listening(server);
  },
  async capnweb() {
    const { newWebSocketRpcSession, RpcTarget } = await import("capnweb");
    const { WebSocket, WebSocketServer } = await import("ws");
    // Node 20 has none, and Cap'n Web reads its constants.
    Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });
    class Echo extends RpcTarget {
      echo(payload: Uint8Array): Uint8Array {
        return payload;
      }
    }
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (socket) => newWebSocketRpcSession(socket as never, new Echo()));
    await new Promise((resolve) => server.on("listening", resolve));
    return (server.address() as AddressInfo).port;
  },
  async connect() {
    const { connectNodeAdapter } = await import("@connectrpc/connect-node");
    const { echoService } = await import("./connect_service.ts");
    const routes = connectNodeAdapter({
      routes: (router) =>
        router.service(echoService, { echo: (request) => ({ value: request.value }) }),
    });
    return await listening(createHttp2(routes) as unknown as Server);
  },
};

const port = await KINDS[process.argv[2]!]!();
console.log(`port ${port}`);
process.stdin.on("end", () => process.exit(0)).resume();
