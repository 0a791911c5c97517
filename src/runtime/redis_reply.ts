/** Replies of Redis, RESP version 2: simple strings, errors, integers, bulk strings, arrays. */

import { copyBytes } from "../base/bytes.ts";

/** What a Redis command answers: bulk strings as bytes, errors as errors. */
export type RedisValue = string | number | Uint8Array | null | Error | readonly RedisValue[];

/** Bytes of one reply, at most: what is asked for here has a few hundred. */
const MAX_REPLY_BYTES = 1 << 20;
/** Arrays in arrays, at most. */
const MAX_DEPTH = 8;

const decoder = new TextDecoder();
const CR = 13;
const LF = 10;

/** Is pushed bytes, gives whole replies. */
export class RedisReplyParser {
  #bytes: Uint8Array = new Uint8Array(0);

  /**
   * Takes bytes as they come.
   *
   * @returns The replies that are whole by now, in order.
   * @throws {Error} If the bytes are no replies, or one is over 1 MiB.
   */
  push(chunk: Uint8Array): RedisValue[] {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    const replies: RedisValue[] = [];
    let at = 0;
    for (;;) {
      const reply = readReply(bytes, at, 0);
      if (!reply) break;
      replies.push(reply.value);
      at = reply.end;
    }
    this.#bytes = bytes.subarray(at);
    if (this.#bytes.length > MAX_REPLY_BYTES) {
      throw new Error(`Cannot parse Redis reply: it exceeds ${MAX_REPLY_BYTES} bytes`);
    }
    return replies;
  }
}

interface Read {
  readonly value: RedisValue;
  readonly end: number;
}

/** The reply at `at`; `undefined` if it is not whole yet. */
function readReply(bytes: Uint8Array, at: number, depth: number): Read | undefined {
  const lineEnd = bytes.indexOf(CR, at);
  if (lineEnd < 0 || lineEnd + 1 >= bytes.length) return undefined;
  const line = decoder.decode(bytes.subarray(at + 1, lineEnd));
  const end = lineEnd + 2;
  if (bytes[lineEnd + 1] === LF && depth <= MAX_DEPTH) {
    switch (String.fromCharCode(bytes[at]!)) {
      case "+":
        return { value: line, end };
      case "-":
        return { value: new Error(`Redis: ${line}`), end };
      case ":":
        return { value: integer(line), end };
      case "$":
        return readBulk(bytes, integer(line), end);
      case "*":
        return readArray(bytes, integer(line), end, depth);
    }
  }
  throw new Error("Cannot parse Redis reply: it does not follow RESP 2");
}

function integer(line: string): number {
  if (/^-?[0-9]{1,15}$/.test(line)) return Number(line);
  throw new Error("Cannot parse Redis reply: a number is malformed");
}

function readBulk(bytes: Uint8Array, length: number, at: number): Read | undefined {
  if (length === -1) return { value: null, end: at };
  if (length < 0 || length > MAX_REPLY_BYTES) {
    throw new Error(`Cannot parse Redis reply: length ${length} exceeds ${MAX_REPLY_BYTES}`);
  }
  const end = at + length + 2;
  return end > bytes.length
    ? undefined
    : { value: copyBytes(bytes.subarray(at, at + length)), end };
}

function readArray(
  bytes: Uint8Array,
  count: number,
  at: number,
  depth: number,
): Read | undefined {
  if (count === -1) return { value: null, end: at };
  const values: RedisValue[] = [];
  let end = at;
  for (let i = 0; i < count; i++) {
    const reply = readReply(bytes, end, depth + 1);
    if (!reply) return undefined;
    values.push(reply.value);
    end = reply.end;
  }
  return { value: values, end };
}
