import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Api, dep, HttpError, llm, sse, stream } from "../../src/api/mod.ts";

const quiet = { log: () => {} };

test("the SSE and LLM examples of the specification, byte for byte", async () => {
  const api = new Api(quiet);
  api.get("/llm", () =>
    llm(async (s) => {
      await s.token("hel");
      await s.token("lo");
    }));
  api.get("/event", () => llm((s) => s.event("ready", "hello\nworld", "1")));
  api.get("/sse", () =>
    sse(async (s) => {
      await s.event({ event: "a", data: "1\r\n2\r3\n4", id: "7" });
      await s.event({ data: { x: 1 } });
      await s.event({});
      await s.comment("hi\nthere");
      await s.retry(1500);
    }));
  assertEquals(
    await (await api.request("/llm")).text(),
    "data: hel\n\ndata: lo\n\ndata: [DONE]\n\n",
  );
  assertEquals(
    await (await api.request("/event")).text(),
    "id: 1\nevent: ready\ndata: hello\ndata: world\n\ndata: [DONE]\n\n",
  );
  const response = await api.request("/sse");
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  assertEquals(response.headers.get("cache-control"), "no-cache");
  assertEquals(response.headers.get("x-accel-buffering"), "no");
  assertEquals(
    await response.text(),
    'id: 7\nevent: a\ndata: 1\ndata: 2\ndata: 3\ndata: 4\n\ndata: {"x":1}\n\ndata: \n\n' +
      ": hi\n: there\n\nretry: 1500\n\n",
  );
});

test("line ends and NUL in ids and event names are refused", async () => {
  const api = new Api(quiet);
  const refused: unknown[] = [];
  api.get("/", () =>
    sse(async (s) => {
      for (const text of ["a\nb", "a\rb", "a\0b"]) {
        await s.event({ id: text }).catch((error) => refused.push(error));
        await s.event({ event: text }).catch((error) => refused.push(error));
      }
      await s.retry(-1).catch((error) => refused.push(error));
      await s.retry(1.5).catch((error) => refused.push(error));
    }));
  assertEquals(await (await api.request("/")).text(), "");
  assertEquals(refused.length, 8);
  assertThrows(() => sse(() => {}, { heartbeat: 1 } as object), TypeError, 'mean "heartbeatMs"');
});

test("Last-Event-ID is told, and a heartbeat comes while nothing else does", async () => {
  const api = new Api(quiet);
  api.get("/", () =>
    sse(async (s) => {
      await s.event({ data: s.lastEventId ?? "none" });
      await new Promise((resolve) => s.signal.addEventListener("abort", resolve));
    }, { heartbeatMs: 5 }));
  const response = await api.request("/", { headers: { "last-event-id": "41" } });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!seen.endsWith(": \n\n: \n\n")) seen += (await reader.read()).value;
  assertEquals(seen, "data: 41\n\n: \n\n: \n\n");
  await reader.cancel();
});

test("JSON mode writes deltas and a last chunk", async () => {
  const api = new Api(quiet);
  api.get(
    "/",
    () => llm((s) => s.token("hi"), { mode: "json", model: "m", id: "x", now: () => 5000 }),
  );
  const lines = (await (await api.request("/")).text()).split("\n\n");
  const chunk = (delta: unknown, finish: unknown) => ({
    id: "x",
    object: "chat.completion.chunk",
    created: 5,
    model: "m",
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  assertEquals(JSON.parse(lines[0]!.slice(6)), chunk({ content: "hi" }, null));
  assertEquals(JSON.parse(lines[1]!.slice(6)), chunk({}, "stop"));
  assertEquals(lines.slice(2), ["data: [DONE]", ""]);
});

test("a token stream that fails writes an error event, without internals", async () => {
  const logged: unknown[] = [];
  const api = new Api({ log: (error) => void logged.push(error) });
  api.get("/own", () =>
    llm(async (s) => {
      await s.token("a");
      throw new HttpError(503, { detail: "Model is busy" });
    }));
  api.get("/other", () =>
    llm(() => {
      throw new Error("secret");
    }));
  assertEquals(
    await (await api.request("/own")).text(),
    'data: a\n\nevent: error\ndata: {"message":"Model is busy"}\n\n',
  );
  assertEquals(
    await (await api.request("/other")).text(),
    'event: error\ndata: {"message":"Internal Server Error"}\n\n',
  );
  assertEquals(logged.length, 1);
});

test("a stream that fails half-way breaks, and is logged", async () => {
  const logged: string[] = [];
  const api = new Api({ log: (error) => void logged.push(String(error)) });
  api.get("/", () =>
    stream(async (w) => {
      await w.write("half");
      throw new Error("broken");
    }));
  const response = await api.request("/");
  assertEquals(response.status, 200);
  await assertRejects(() => response.text(), Error);
  assertEquals(logged, ["Error: broken"]);
});

test("a client that leaves makes writes throw, and clean-up waits for the stream", async () => {
  const events: string[] = [];
  const resource = dep(function* () {
    events.push("open");
    yield "r";
    events.push("closed");
  });
  const api = new Api(quiet);
  let ended: () => void;
  const over = new Promise<void>((resolve) => (ended = resolve));
  api.get("/", { dependencies: { resource } }, (c) =>
    stream(async (w) => {
      try {
        for (;;) await w.write(c.deps.resource.repeat(1000));
      } catch (error) {
        events.push((error as Error).name);
        throw error;
      } finally {
        ended();
      }
    }));
  const response = await api.request("/");
  const reader = response.body!.getReader();
  await reader.read();
  assertEquals(events, ["open"]);
  await reader.cancel();
  await over;
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(events.sort(), ["AbortError", "closed", "open"]);
});

test("the request's signal ends a stream too", async () => {
  const abort = new AbortController();
  const api = new Api(quiet);
  let seen: unknown;
  const over = new Promise<void>((resolve) => {
    api.get("/", () =>
      stream(async (w) => {
        try {
          await w.write("a");
          await w.sleep(60_000);
        } catch (error) {
          seen = error;
          throw error;
        } finally {
          resolve();
        }
      }));
  });
  const response = await api.request("/", { signal: abort.signal });
  await response.body!.getReader().read();
  abort.abort();
  await over;
  assertEquals((seen as Error).name, "AbortError");
});

test("writes wait for a slow reader", async () => {
  let written = 0;
  const api = new Api(quiet);
  api.get("/", () =>
    stream(async (w) => {
      for (let i = 0; i < 1000; i++) {
        await w.write(new Uint8Array(1024));
        written++;
      }
    }));
  const response = await api.request("/");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert(written < 100, `${written} KiB were written for a reader that reads nothing`);
  assertEquals((await response.bytes()).length, 1000 * 1024);
});

test("a thousand open streams do not hold up another route", async () => {
  const api = new Api(quiet);
  api.get(
    "/open",
    () => sse((s) => new Promise((resolve) => s.signal.addEventListener("abort", resolve))),
  );
  api.get("/ping", () => "pong");
  const open = await Promise.all(Array.from({ length: 1000 }, () => api.request("/open")));
  assertEquals(await (await api.request("/ping")).json(), "pong");
  await Promise.all(open.map((response) => response.body!.cancel()));
});

test("HEAD of a stream does not start it", async () => {
  let started = false;
  const api = new Api(quiet);
  api.get("/", () => stream(() => void (started = true)));
  const response = await api.request("/", { method: "HEAD" });
  assertEquals([response.status, await response.text(), started], [200, "", false]);
});

test("writes that overlap, a heartbeat among them, all go on when the client reads again", async () => {
  const api = new Api(quiet);
  const piece = new Uint8Array(20_000);
  api.get("/", () =>
    sse(async (s) => {
      await Promise.all([s.write(piece), s.write(piece), s.write(piece)]);
      await s.comment("end");
    }, { heartbeatMs: 1 }));
  const response = await api.request("/");
  // Heartbeats fall due while every write waits for the reader, and must not add to what waits.
  await new Promise((resolve) => setTimeout(resolve, 30));
  assertEquals((await response.bytes()).length, 60_000 + ": end\n\n".length);
});

test("a heartbeat that no timer can keep is refused", () => {
  for (const heartbeatMs of [0, -1, 0.5, NaN, Infinity, 2 ** 31]) {
    assertThrows(() => sse(() => {}, { heartbeatMs }), RangeError, String(heartbeatMs));
  }
});
