import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  assertOK,
  buildRequest,
  buildResponse,
  parseRequest,
  parseResponse,
  pipeline,
  Pipeliner,
  type Response,
  RpcError,
  Session,
  ZapClient,
  ZapServer,
} from "../../src/rpc/mod.ts";
import { nextPromiseID } from "../../src/rpc/session.ts";
import { ZapParseError } from "../../src/wire/parse_error.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

/** Appends the method to the payload; method 9 answers 404, 8 throws. */
function dispatch(envelope: Uint8Array): Promise<Uint8Array> {
  const { method, promiseID, payload } = parseRequest(envelope);
  if (method === 8) return Promise.reject(new Error("broken"));
  const status = method === 9 ? 404 : 200;
  return Promise.resolve(buildResponse(status, promiseID, bytes(...payload, method)));
}

async function answer(handled: Promise<Uint8Array>): Promise<Response> {
  return parseResponse(await handled);
}

test("session: ids count from 1 and skip 0; calls name their targets", () => {
  const session = new Session();
  const [first, second] = [session.next(), session.next()];
  assertEquals([first.id, second.id], [1, 2]);
  assertEquals([0, 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1].map(nextPromiseID), [
    ...[1, 2, 2 ** 31 + 1, 2 ** 32 - 1, 1],
  ]);
  const none = bytes();
  assertEquals(session.origin(first, 5), {
    method: 5,
    promiseID: 1,
    target: 0,
    cap: none,
    payload: none,
  });
  assertEquals(session.pipe(second, first, 6, bytes(1), bytes(2)), {
    method: 6,
    promiseID: 2,
    target: 1,
    cap: bytes(1),
    payload: bytes(2),
  });
});

test("pipeliner: a target may come before or after what builds on it", async () => {
  const pipeliner = new Pipeliner(dispatch);
  const session = new Session();
  const [a, b, c] = [session.next(), session.next(), session.next()];
  const early = answer(pipeliner.handle(buildRequest(session.pipe(b, a, 2))));
  assertEquals(pipeliner.parked, 1);
  const origin = await answer(
    pipeliner.handle(buildRequest(session.origin(a, 1, bytes(), bytes(7)))),
  );
  assertEquals([...origin.body], [7, 1]);
  assertEquals([...(await early).body], [7, 1, 2]);
  const late = await answer(pipeliner.handle(buildRequest(session.pipe(c, b, 3))));
  assertEquals([late.status, late.promiseID, ...late.body], [200, 3, 7, 1, 2, 3]);
  assertEquals([pipeliner.parked, pipeliner.answers], [0, 3]);
});

test("pipeliner: what builds on a failure is refused, and so on down", async () => {
  const pipeliner = new Pipeliner(dispatch);
  const session = new Session();
  const [a, b, c, d] = [session.next(), session.next(), session.next(), session.next()];
  const parked = [
    answer(pipeliner.handle(buildRequest(session.pipe(c, b, 1)))),
    answer(pipeliner.handle(buildRequest(session.pipe(b, a, 1)))),
  ];
  assertEquals((await answer(pipeliner.handle(buildRequest(session.origin(a, 9))))).status, 404);
  for (const refused of await Promise.all(parked)) {
    assertEquals(refused.status, 400);
  }
  assertEquals(
    (await answer(pipeliner.handle(buildRequest(session.pipe(d, c, 1)))))
      .status,
    400,
  );
});

test("pipeliner: when dispatch throws, what builds on it fails with it; none hangs", async () => {
  const pipeliner = new Pipeliner(dispatch);
  const session = new Session();
  const [a, b, c] = [session.next(), session.next(), session.next()];
  const parked = assertRejects(
    () => pipeliner.handle(buildRequest(session.pipe(b, a, 1))),
    Error,
    "broken",
  );
  await assertRejects(() => pipeliner.handle(buildRequest(session.origin(a, 8))), Error, "broken");
  await parked;
  assertEquals(
    (await answer(pipeliner.handle(buildRequest(session.pipe(c, a, 1)))))
      .status,
    400,
  );
  await assertRejects(() => pipeliner.handle(bytes(1)), ZapParseError);
});

test("pipeliner: finish refuses what waits and what comes later", async () => {
  const pipeliner = new Pipeliner(dispatch);
  const session = new Session();
  const [a, b, c] = [session.next(), session.next(), session.next()];
  const waiting = answer(pipeliner.handle(buildRequest(session.pipe(b, a, 1))));
  pipeliner.finish(a.id);
  assertEquals((await waiting).status, 400);
  assertEquals(
    (await answer(pipeliner.handle(buildRequest(session.pipe(c, a, 1)))))
      .status,
    400,
  );
});

test("pipeliner: its bounds refuse with 429 and 408, and forget the oldest answers", async () => {
  const pipeliner = new Pipeliner(dispatch, {
    maxParkedCalls: 2,
    parkTimeoutMs: 30,
    maxAnswers: 4,
  });
  const call = (promiseID: number, target: number): Promise<Response> =>
    answer(
      pipeliner.handle(
        buildRequest({ method: 1, promiseID, target, cap: bytes(), payload: bytes() }),
      ),
    );
  const statuses = await Promise.all([call(1, 91), call(2, 92), call(3, 93)]);
  assertEquals(statuses.map(({ status }) => status), [408, 408, 429]);
  for (let id = 10; id < 20; id++) await call(id, 0);
  assertEquals(pipeliner.answers, 4);
  assertEquals((await call(30, 19)).status, 200);
  assertEquals((await call(31, 10)).status, 408);
  assertThrows(() => new Pipeliner(dispatch, { maxAnswers: 0 }), RangeError, "maxAnswers");
});

test("pipeline: over one connection, and over two that share a Pipeliner", async () => {
  const pipeliner = new Pipeliner(dispatch);
  const shared = new ZapServer({
    messages: { 200: (envelope) => pipeliner.handle(envelope) },
  });
  const own = new ZapServer({
    call: ({ method, payload }) => bytes(...payload, method),
  });
  for (const [server, connections] of [[shared, 2], [own, 1]] as const) {
    const address = await server.listen({ port: 0 });
    assert(address.transport === "tcp");
    const a = await ZapClient.connect({ port: address.port });
    const b = connections === 2 ? await ZapClient.connect({ port: address.port }) : a;
    const { first, second } = await pipeline(a, b, 1, 2);
    assertEquals([[...first.body], [...second.body]], [[1], [1, 2]]);
    a.close();
    b.close();
    await server.close();
  }
});

test("assertOK: passes 200 on, throws the rest with status and body", () => {
  const good = { status: 200, promiseID: 1, body: bytes(1) };
  assertEquals(assertOK(good, "read"), good);
  const bad = {
    status: 404,
    promiseID: 1,
    body: new TextEncoder().encode("no such note"),
  };
  const error = assertThrows(
    () => assertOK(bad, "read"),
    RpcError,
    "read: status 404: no such note",
  );
  assertEquals([error.code, error.status, error.body.length], ["status", 404, 12]);
});
