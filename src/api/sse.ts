import { assertKnownOptions } from "../base/options.ts";
import type { Reply } from "./reply.ts";
import { StreamReply, StreamWriter } from "./stream.ts";

/** One event (HTML Standard, "Server-sent events"). */
export interface ServerSentEvent {
  /** The event's name; without one it is `message` to the client. */
  readonly event?: string;
  /** The data; what is no text is written as JSON. */
  readonly data?: unknown;
  /** The id that a client comes back with. */
  readonly id?: string;
}

/** What an SSE function writes to. */
export class SseWriter extends StreamWriter {
  /** The id of the last event that the client got before it came back; `undefined` if it is new. */
  readonly lastEventId: string | undefined;

  /** Made by the helper. */
  constructor(lastEventId: string | undefined) {
    super();
    this.lastEventId = lastEventId;
  }

  /**
   * Writes an event: `id:`, `event:`, then a `data:` line for each line of the data.
   *
   * @param event The event.
   * @throws {TypeError} For a CR, LF or NUL in its id or name.
   */
  async event(event: ServerSentEvent): Promise<void> {
    await this.write(formatEvent(event));
  }

  /** Writes a comment, which clients do not see. */
  async comment(text: string): Promise<void> {
    await this.write(lines(": ", text) + "\n");
  }

  /**
   * Tells the client how long to wait before it comes back.
   *
   * @param ms Milliseconds, a whole number, 0 or more.
   * @throws {RangeError} For another number.
   */
  async retry(ms: number): Promise<void> {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new RangeError(`Cannot write retry ${ms}`);
    }
    await this.write(`retry: ${ms}\n\n`);
  }
}

/** An event as it goes over the wire. */
export function formatEvent({ event, data, id }: ServerSentEvent): string {
  let out = "";
  if (id !== undefined) out += `id: ${singleLine("id", id)}\n`;
  if (event !== undefined) out += `event: ${singleLine("event", event)}\n`;
  if (data !== undefined || out === "") {
    out += lines(
      "data: ",
      typeof data === "string" ? data : JSON.stringify(data) ?? "",
    );
  }
  return out + "\n";
}

function lines(prefix: string, text: string): string {
  return text.split(/\r\n|\r|\n/).map((line) => `${prefix}${line}\n`).join("");
}

function singleLine(field: string, text: string): string {
  // deno-lint-ignore no-control-regex -- these are what is refused
  if (/[\r\n\x00]/.test(text)) {
    throw new TypeError(`Cannot write ${field}: it has a CR, LF or NUL`);
  }
  return text;
}

/** How events are sent. */
export interface SseOptions {
  /** Milliseconds of silence after which a comment is sent, so that proxies keep the connection; 1 to 2^31 − 1. Default none. */
  readonly heartbeatMs?: number;
}

/** Header fields of every event stream: no cache, and no proxy that waits for more (nginx). */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
};

/**
 * Answers with server-sent events.
 *
 * @param write Writes them; the stream ends when it returns.
 * @param options A heartbeat.
 * @returns The reply.
 * @throws {TypeError} For an option that is not known.
 * @throws {RangeError} For a heartbeat that no timer can keep.
 */
export function sse(
  write: (writer: SseWriter) => unknown,
  options: SseOptions = {},
): Reply {
  assertKnownOptions(options, ["heartbeatMs"], "sse()");
  const { heartbeatMs } = options;
  // A timer takes 31 bits of milliseconds, and what is beyond them as 1.
  if (heartbeatMs !== undefined && !(heartbeatMs >= 1 && heartbeatMs < 2 ** 31)) {
    throw new RangeError(`Cannot send a heartbeat every ${heartbeatMs} ms`);
  }
  return new StreamReply(
    (c) => new SseWriter(c.request.headers.get("last-event-id") ?? undefined),
    (writer) => withHeartbeat(writer, heartbeatMs, write),
    { ...EVENT_STREAM_HEADERS },
  );
}

/** Writes a comment whenever nothing was written for a while. */
async function withHeartbeat(
  writer: SseWriter,
  heartbeatMs: number | undefined,
  run: (writer: SseWriter) => unknown,
): Promise<void> {
  if (heartbeatMs === undefined) return void await run(writer);
  let { writes } = writer;
  const timer = setInterval(() => {
    // A write that fails means that the client has gone, which the function itself learns.
    if (writer.writes === writes && !writer.isFull) writer.write(": \n\n").catch(() => {});
    writes = writer.writes;
  }, heartbeatMs);
  try {
    await run(writer);
  } finally {
    clearInterval(timer);
  }
}
