/**
 * The calling side of the RPC benchmark.
 * Usage: client KIND PORT IN_FLIGHT BYTES SECONDS; prints one line of JSON:
 * `{ calls, seconds, p50, p99 }`, latencies in microseconds, of one call in 16.
 */

import { Agent, request } from "node:http";
import { connect as connectTcp } from "node:net";
import { ZapClient as ReferenceClient } from "@zap-proto/zap/node";
import { ZapClient } from "../../src/rpc/mod.ts";

/** Calls, and reads the length of what was echoed; no wrapper stands between the clock and the peer. */
interface Echo {
  // deno-lint-ignore no-explicit-any
  call(payload: Uint8Array): Promise<any>;
  // deno-lint-ignore no-explicit-any
  length(answer: any): number;
}

const ofBody = (answer: { body: Uint8Array }): number => answer.body.length;
const ofBytes = (answer: Uint8Array): number => answer.length;

const [kind, portText, inFlightText, sizeText, secondsText] = process.argv
  .slice(2) as [string, ...string[]];
const port = Number(portText);
const inFlight = Number(inFlightText);
const size = Number(sizeText);
const seconds = Number(secondsText);

const KINDS: Record<string, () => Promise<Echo>> = {
  // Default deadline, bounds and cancellation on.
  async ours() {
    const client = await ZapClient.connect({ port });
    return { call: (payload) => client.call(1, { payload }), length: ofBody };
  },
  // The same, and every call can be aborted by a signal.
  async signal() {
    const client = await ZapClient.connect({ port });
    const { signal } = new AbortController();
    return { call: (payload) => client.call(1, { payload, signal }), length: ofBody };
  },
  async reference() {
    const client = await ReferenceClient.connect({ host: "127.0.0.1", port }, new Uint8Array(0));
    return { call: (payload) => client.call(1, { payload }), length: ofBody };
  },
  http() {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: Math.min(inFlight, 64),
    });
    const call = (payload: Uint8Array): Promise<Uint8Array> =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({
          payload: Buffer.from(payload).toString("base64"),
        });
        const headers = {
          "content-type": "application/json",
          "content-length": body.length,
        };
        const sent = request({
          port,
          host: "127.0.0.1",
          agent,
          method: "POST",
          headers,
        }, (answer) => {
          let text = "";
          answer.setEncoding("utf8");
          answer.on("data", (chunk) => text += chunk);
          answer.on("end", () => resolve(Buffer.from(JSON.parse(text).payload, "base64")));
        });
        sent.on("error", reject);
        sent.end(body);
      });
    return Promise.resolve({ call, length: ofBytes });
  },
  async capnweb() {
    const { newWebSocketRpcSession } = await import("capnweb");
    const { WebSocket } = await import("ws");
    // Node 20 has none, and Cap'n Web reads its constants.
    Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await new Promise((resolve) => socket.on("open", resolve));
    // deno-lint-ignore no-explicit-any
    const remote = newWebSocketRpcSession(socket as never) as any;
    return { call: (payload) => remote.echo(payload), length: ofBytes };
  },
  async connect() {
    const { createClient } = await import("@connectrpc/connect");
    const { createConnectTransport } = await import("@connectrpc/connect-node");
    const { echoService } = await import("./connect_service.ts");
    const transport = createConnectTransport({
      baseUrl: `http://127.0.0.1:${port}`,
      httpVersion: "2",
      useBinaryFormat: true,
    });
    // deno-lint-ignore no-explicit-any
    const client = createClient(echoService, transport) as any;
    return {
      call: (payload) => client.echo({ value: payload }),
      length: (answer) => answer.value.length,
    };
  },
};

/** Bytes of one call and one answer in node framing. */
const CALL_BYTES = 56 + size;
const ANSWER_BYTES = 48 + size;

/** The limit: as many bytes as the calls in flight have, back and forth, counted as calls; each round trip is timed. */
async function rawEcho(): Promise<{ calls: number; times: number[] }> {
  const socket = connectTcp({ port, host: "127.0.0.1", noDelay: true });
  await new Promise((resolve) => socket.on("connect", resolve));
  const chunk = new Uint8Array(inFlight * Math.max(CALL_BYTES, ANSWER_BYTES));
  const times: number[] = [];
  let calls = 0;
  let got = 0;
  let sentAt = performance.now();
  let stop = (): void => {};
  const done = new Promise<void>((resolve) => stop = resolve);
  const end = performance.now() + 1000 * seconds;
  socket.on("data", (data) => {
    got += data.length;
    if (got < chunk.length) return;
    got -= chunk.length;
    calls += inFlight;
    const now = performance.now();
    times.push(1000 * (now - sentAt));
    sentAt = now;
    if (now < end) socket.write(chunk);
    else stop();
  });
  socket.write(chunk);
  await done;
  socket.destroy();
  return { calls, times };
}

async function load(echo: Echo, milliseconds: number): Promise<{ calls: number; times: number[] }> {
  const payload = new Uint8Array(size).map((_, i) => i);
  const times: number[] = [];
  let calls = 0;
  const end = performance.now() + milliseconds;
  let running = true;
  const worker = async (index: number): Promise<void> => {
    for (let i = index; running; i++) {
      if (i % 16 === 0) {
        const start = performance.now();
        const answer = await echo.call(payload);
        const now = performance.now();
        const length = echo.length(answer);
        if (length !== size) {
          throw new Error(`${kind} echoed ${length} of ${size} bytes`);
        }
        times.push(1000 * (now - start));
        if (now >= end) running = false;
      } else await echo.call(payload);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => worker(index)));
  return { calls, times };
}

async function measured(): Promise<{ calls: number; times: number[] }> {
  if (kind === "raw") return await rawEcho();
  const echo = await KINDS[kind]!();
  await load(echo, 700);
  started = performance.now();
  return await load(echo, 1000 * seconds);
}

let started = performance.now();
const { calls, times } = await measured();
const elapsed = (performance.now() - started) / 1000;
times.sort((a, b) => a - b);
const at = (share: number): number => Math.round(times[Math.floor(share * times.length)] ?? 0);
console.log(JSON.stringify({ calls, seconds: elapsed, p50: at(0.5), p99: at(0.99) }));
process.exit(0);
