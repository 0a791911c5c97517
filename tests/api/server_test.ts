/** The benchmark routes and what the reference gets wrong, over this project's own server. */

import { connect } from "node:net";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { api } from "../../examples/api.ts";
import { Api, object, sse, text, upload } from "../../src/api/mod.ts";
import { restoreGlobals } from "../../src/http/globals.ts";
import { serve, type Server } from "../../src/http/mod.ts";

/** Runs with a server on a free port, as `zap serve` starts it. */
async function served(
  app: Api,
  run: (origin: string, port: number) => Promise<void>,
): Promise<void> {
  await app.startup();
  const fixed = Array.from(
    app.fixedResponses(),
    ([method, path, response]) => ({ method, path, ...response }),
  );
  const server: Server = serve(app.fetch, { port: 0, static: fixed });
  try {
    const address = await server.ready;
    assert(address.transport === "tcp");
    await run(`http://127.0.0.1:${address.port}`, address.port);
  } finally {
    await server.stop({ now: true });
    await app.shutdown();
    restoreGlobals();
  }
}

/** What the server answers to raw bytes, until it closes. */
function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request, "latin1"));
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => answer += chunk);
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

test("the benchmark routes, with keep-alive and HEAD", async () => {
  await served(api as Api, async (origin) => {
    const get = async (path: string, headers = {}) =>
      await (await fetch(origin + path, { headers })).json();
    assertEquals(await get("/"), { ok: true });
    assertEquals(await get("/users/42?verbose=true"), { user_id: 42, verbose: true });
    assertEquals(await get("/auth", { authorization: "x", cookie: "session=1" }), {
      authorized: true,
    });
    const user = { user_id: 42, active: true, name: "alice" };
    const headers = { "content-type": "application/json" };
    for (let i = 0; i < 3; i++) {
      const made = await fetch(`${origin}/users`, {
        method: "POST",
        headers,
        body: JSON.stringify(user),
      });
      assertEquals(await made.json(), user);
    }
    const head = await fetch(origin, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
  });
});

test("16 and 200 pipelined requests are each handled once, in order", async () => {
  const seen: number[] = [];
  const counted = new Api();
  counted.get("/n/{n}", async (c) => {
    seen.push(Number(c.path.n));
    // The first answers last.
    await new Promise((resolve) => setTimeout(resolve, c.path.n === "0" ? 20 : 0));
    return c.path.n;
  });
  await served(counted, async (_, port) => {
    for (const count of [16, 200]) {
      seen.length = 0;
      const requests = Array.from({ length: count }, (_, i) => {
        const last = i === count - 1 ? "connection: close\r\n" : "";
        return `GET /n/${i} HTTP/1.1\r\nhost: x\r\n${last}\r\n`;
      });
      const answer = await exchange(port, requests.join(""));
      const bodies = [...answer.matchAll(/\r\n\r\n"(\d+)"/g)].map((match) => Number(match[1]));
      assertEquals(bodies, Array.from({ length: count }, (_, i) => i));
      assertEquals(seen.sort((a, b) => a - b), bodies);
    }
  });
});

test("bodies of any size and framing: chunked, 64 KiB of JSON, an upload", async () => {
  const app = new Api();
  app.post("/text", { body: object({ text: text() }) }, (c) => c.body.text.length);
  app.post("/upload", { form: { file: upload() } }, (c) => c.form.file.size);
  await served(app, async (origin, port) => {
    const chunked = await exchange(
      port,
      "POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n" +
        'connection: close\r\n\r\n5\r\n{"tex\r\n9\r\nt":"abc"}\r\n0\r\n\r\n',
    );
    assert(chunked.endsWith("3") || chunked.includes("\r\n3\r\n"), chunked);
    for (const length of [0, 1, 65_536, 900_000]) {
      const response = await fetch(`${origin}/text`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: "x".repeat(length) }),
      });
      assertEquals(await response.json(), length);
    }
    const form = new FormData();
    form.set("file", new File([new Uint8Array(500_000)], "f"));
    assertEquals(
      await (await fetch(`${origin}/upload`, { method: "POST", body: form })).json(),
      500_000,
    );
  });
});

test("a background task runs when its answer has been sent, not before, also behind a slower one", async () => {
  const events: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const app = new Api();
  app.get("/slow", async () => {
    await held;
    events.push("slow");
    return 1;
  });
  app.get("/quick", (c) => {
    c.background(() => void events.push("task"));
    // Later than a task that would only wait for the next turn.
    setTimeout(() => setTimeout(release, 20), 20);
    return 2;
  });
  await served(app, async (_, port) => {
    const answer = await exchange(
      port,
      "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n" +
        "GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    assert(/\r\n\r\n1HTTP.*\r\n\r\n2$/s.test(answer), answer);
    await app.idle();
  });
  assertEquals(events, ["slow", "task"]);
});

test("a client that leaves before its answer does not keep its background task from running", async () => {
  let ran = () => {};
  const task = new Promise<void>((resolve) => (ran = resolve));
  const app = new Api({ log: () => {} });
  app.get("/", (c) => {
    c.background(ran);
    return new Promise((resolve) => c.req.raw.signal.addEventListener("abort", () => resolve(1)));
  });
  await served(app, async (_, port) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    socket.on("error", () => {});
    await task;
  });
});

test("a client that leaves a stream aborts the request's signal", async () => {
  let left: () => void;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const app = new Api({ log: () => {} });
  app.get("/", (c) =>
    sse(async (s) => {
      c.req.raw.signal.addEventListener("abort", () => left());
      for (;;) {
        await s.event({ data: 1 });
        await s.sleep(5);
      }
    }));
  await served(app, async (origin) => {
    const abort = new AbortController();
    const response = await fetch(origin, { signal: abort.signal });
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    await response.body!.getReader().read();
    abort.abort();
    await gone;
  });
});

test("what middleware has read of a body, a route reads again", async () => {
  const app = new Api();
  app.use("/json", async (c, next) => {
    await c.req.json();
    await next();
  });
  app.use("/text", async (c, next) => {
    await c.req.text();
    await next();
  });
  app.use("/parsed", async (c, next) => {
    await c.req.parseBody();
    await next();
  });
  app.use("/form", async (c, next) => {
    await c.req.formData();
    await next();
  });
  const body = object({ name: text() });
  app.post("/json", { body }, (c) => c.body).post("/text", { body }, (c) => c.body);
  const form = { name: text(), file: upload() };
  const read = async (name: string, file: File) => ({ name, content: await file.text() });
  app.post("/parsed", { form }, (c) => read(c.form.name, c.form.file));
  app.post("/form", { form }, (c) => read(c.form.name, c.form.file));
  const run = async (ask: (path: string, init: RequestInit) => Promise<Response>) => {
    for (const path of ["/json", "/text"]) {
      const headers = { "content-type": "application/json" };
      const response = await ask(path, { method: "POST", headers, body: '{"name":"Zoë"}' });
      assertEquals([path, await response.json()], [path, { name: "Zoë" }]);
    }
    for (const path of ["/parsed", "/form"]) {
      const data = new FormData();
      data.set("name", "Zoë");
      data.set("file", new File(["x\r\ny"], "a.txt"));
      const response = await ask(path, { method: "POST", body: data });
      assertEquals([path, await response.json()], [path, { name: "Zoë", content: "x\r\ny" }]);
    }
  };
  await run((path, init) => app.request(path, init));
  await served(app, (origin) => run((path, init) => fetch(origin + path, init)));
});
