/**
 * The access log: one JSON line a request, through a sink that may be slow. Requests never wait for
 * it: lines are gathered in a bounded queue, and what does not fit is dropped and counted.
 *
 * @module
 */

/** One request, as the log tells it. */
export interface AccessRecord {
  /** When the answer was done, milliseconds since 1970. */
  readonly time: number;
  /** The request's id. */
  readonly id: string;
  /** The client's address, as far as it is known. */
  readonly client: string | undefined;
  /** The method. */
  readonly method: string;
  /** The target; its query is not logged, because secrets stand there. */
  readonly path: string;
  /** The answer's status. */
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  /** Milliseconds from the request's first byte to the answer's last. */
  readonly ms: number;
}

/** Where lines go. */
export interface LogSink {
  /** Takes whole lines, each with its line feed. A promise: no more until it settles. */
  write(lines: string): void | Promise<void>;
}

/** How a log is bounded. */
export interface AccessLogOptions {
  /** Where lines go. */
  readonly sink: LogSink;
  /** Characters that wait for the sink at most. Default 1 MiB: 5 000 usual lines. */
  readonly maxQueuedLength?: number;
}

const MAX_QUEUED_LENGTH = 1024 * 1024;

/** Of a path or another text of the client's; a log never grows with what a client sends. */
const MAX_FIELD_LENGTH = 512;

/** A log on a sink. */
export class AccessLog {
  readonly #sink: LogSink;
  readonly #maxQueued: number;
  #queue = "";
  #flushing: Promise<void> | undefined;
  #dropped = 0;
  #untold = 0;
  #failed = 0;

  /** Makes a log. */
  constructor(options: AccessLogOptions) {
    this.#sink = options.sink;
    this.#maxQueued = options.maxQueuedLength ?? MAX_QUEUED_LENGTH;
  }

  /** Lines dropped so far because the sink was too slow, or failed. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Times that the sink failed. */
  get failed(): number {
    return this.#failed;
  }

  /** Takes one request. Never throws, never waits. */
  record(record: AccessRecord): void {
    if (this.#queue.length >= this.#maxQueued) {
      this.#dropped++;
      this.#untold++;
      return;
    }
    this.#queue += formatRecord(record);
    this.#flushing ??= this.#flush();
  }

  /** Resolves when what was recorded so far has been written or dropped. */
  async drain(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  /** Writes until the queue is empty; what comes in one turn of the event loop leaves together. */
  async #flush(): Promise<void> {
    while (true) {
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      const lines = this.#queue;
      if (lines === "") break;
      this.#queue = "";
      const untold = this.#untold;
      this.#untold = 0;
      const note = untold > 0 ? `{"dropped":${untold}}\n` : "";
      try {
        await this.#sink.write(lines + note);
      } catch {
        this.#failed++;
        this.#dropped += countLines(lines);
        this.#untold += untold + countLines(lines);
      }
    }
    this.#flushing = undefined;
  }
}

/** One line of JSON, of bounded length, that no terminal or log reader can misread. */
export function formatRecord(record: AccessRecord): string {
  const query = record.path.indexOf("?");
  const path = query === -1 ? record.path : record.path.slice(0, query);
  const client = record.client === undefined ? "" : `,"client":${quote(record.client)}`;
  return `{"time":"${new Date(record.time).toISOString()}","id":${quote(record.id)}${client},` +
    `"method":${quote(record.method)},"path":${quote(path)},"status":${record.status},` +
    `"bytes":${record.bytes},"ms":${Math.round(record.ms * 1000) / 1000}}\n`;
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** JSON, with the C1 controls (a terminal obeys them), DEL and line separators escaped as well. */
function quote(text: string): string {
  const cut = text.length > MAX_FIELD_LENGTH ? text.slice(0, MAX_FIELD_LENGTH) + "…" : text;
  if (PLAIN.test(cut)) return `"${cut}"`;
  return JSON.stringify(cut).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

function countLines(lines: string): number {
  let count = 0;
  for (let at = lines.indexOf("\n"); at !== -1; at = lines.indexOf("\n", at + 1)) count++;
  return count;
}
