import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { Api } from "../../src/api/mod.ts";
import {
  createUpgradeWebSocket,
  type UpgradedSocket,
  type UpgradedSocketHandlers,
} from "../../src/api/upgrade_websocket.ts";

class FakeSocket implements UpgradedSocket {
  state: "open" | "closing" | "closed" = "open";
  protocol = "chat";
  readonly log: unknown[][] = [];
  send(data: string | Uint8Array): boolean {
    this.log.push(["send", data]);
    return true;
  }
  close(code?: number, reason?: string): void {
    this.state = "closing";
    this.log.push(["close", code, reason]);
  }
}

const HEADERS = { upgrade: "websocket" };

test("events and calls pass between Hono and the socket", async () => {
  let given: [Request, unknown, UpgradedSocketHandlers, unknown] | undefined;
  const upgradeWebSocket = createUpgradeWebSocket(
    (request: Request, info: { id: number }, handlers, options?: { protocols: string[] }) => {
      given = [request, info, handlers, options];
      return Promise.resolve(new Response("accepted"));
    },
  );
  const log: unknown[][] = [];
  const app = new Hono();
  app.get(
    "/ws/:room",
    upgradeWebSocket((c) => ({
      onOpen: (event, ws) => {
        log.push([event.type, c.req.param("room"), ws.readyState, ws.protocol, ws.url?.pathname]);
        ws.send("hi");
        ws.send(new Uint8Array([1]).buffer);
      },
      onMessage: (event, ws) => {
        const data = event.data;
        log.push(["message", data instanceof ArrayBuffer ? new Uint8Array(data) : data]);
        if (data === "bye") ws.close(3000, "done");
      },
      onClose: (event, ws) => {
        log.push(["close", event.code, event.reason, event.wasClean, ws.readyState]);
      },
      onError: (event) => log.push(["error", (event as ErrorEvent).message]),
    }), { protocols: ["chat"] }),
  );
  const response = await app.request("/ws/blue", { headers: HEADERS }, { id: 7 });
  assertEquals(await response.text(), "accepted");
  assert(given);
  assertEquals(given[1], { id: 7 });
  assertEquals(given[3], { protocols: ["chat"] });

  const socket = new FakeSocket();
  const handlers = given[2];
  handlers.open(socket);
  handlers.message(socket, "text");
  handlers.message(socket, new Uint8Array([0, 9, 8]).subarray(1));
  handlers.message(socket, "bye");
  handlers.error(socket, new Error("lost"));
  socket.state = "closed";
  handlers.close(socket, 1006, "");
  assertEquals(log, [
    ["open", "blue", 1, "chat", "/ws/blue"],
    ["message", "text"],
    ["message", new Uint8Array([9, 8])],
    ["message", "bye"],
    ["error", "lost"],
    ["close", 1006, "", false, 3],
  ]);
  assertEquals(socket.log, [["send", "hi"], ["send", new Uint8Array([1])], [
    "close",
    3000,
    "done",
  ]]);
});

test("a request that asks for no WebSocket goes on to the next handler", async () => {
  const upgradeWebSocket = createUpgradeWebSocket(() => {
    throw new Error("must not be called");
  });
  const app = new Hono();
  app.get("/", upgradeWebSocket(() => ({})), (c) => c.text("plain"));
  assertEquals(await (await app.request("/")).text(), "plain");
});

test("an Api's socket answers handshakes whatever routes are declared before it, and collides with its like", async () => {
  const upgradeWebSocket = createUpgradeWebSocket((request: Request) =>
    Promise.resolve(new Response(`socket ${new URL(request.url).pathname}`))
  );
  const router = new Api({ upgradeWebSocket });
  router.get("/{id}", (c) => c.path.id).get("/live", () => "live");
  router.ws("/live", {}).ws("/of/{id}", {});
  assertThrows(
    () => router.ws("/of/:name", {}),
    TypeError,
    "Cannot add WebSocket /of/{name}: it collides with WebSocket /of/{id}",
  );
  const api = new Api().route("/rooms", router);
  const ask = async (path: string, headers = {}) =>
    await (await api.request(path, { headers })).text();
  assertEquals(await ask("/rooms/live", HEADERS), "socket /rooms/live");
  assertEquals(await ask("/rooms/of/7", HEADERS), "socket /rooms/of/7");
  assertEquals(await ask("/rooms/live"), '"live"');
  assertEquals(await ask("/rooms/7", HEADERS), '"7"');
});
