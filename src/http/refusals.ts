/** Connections that are refused when they are accepted: told why, and read on for a while. @module */

import type { Socket, SocketHandlers } from "../runtime/types.ts";
import { type AnswerTarget, ownHead, writeAnswer } from "./answer.ts";
import type { ServerContext } from "./context.ts";
import { MAX_REFUSALS_UNDER_WAY } from "./defaults.ts";
import type { RejectReason } from "./events.ts";

interface Refusal {
  readonly socket: Socket;
  readonly deadline: number;
}

const TARGET: AnswerTarget = { headOnly: false, http10: false, last: true, keepAlive: false };

/** Refused connections that are not gone yet. */
export class Refusals {
  readonly #context: ServerContext;
  readonly #gone: () => void;
  readonly #open = new Set<Refusal>();

  /** Each one's end is told to `gone`. */
  constructor(context: ServerContext, gone: () => void) {
    this.#context = context;
    this.#gone = gone;
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** Answers 503 with `Retry-After`, unless there are too many to tell. */
  refuse(socket: Socket, reason: RejectReason, now: number): SocketHandlers {
    const { events, limits } = this.#context;
    events.connectionRejected?.(reason, socket.remoteAddress);
    const refusal = { socket, deadline: now + limits.lingerMs };
    if (this.#open.size >= MAX_REFUSALS_UNDER_WAY) socket.destroy();
    else {
      this.#open.add(refusal);
      this.#answer(socket, now);
    }
    let discarded = 0;
    return {
      data: (chunk) => {
        discarded += chunk.length;
        if (discarded > limits.lingerBytes) socket.pause();
      },
      end: () => {},
      drain: () => {},
      close: () => {
        this.#open.delete(refusal);
        this.#gone();
      },
    };
  }

  /** Drops those whose time is over. */
  tick(now: number): void {
    for (const { socket, deadline } of this.#open) if (now >= deadline) socket.destroy();
  }

  /** Drops all. */
  destroy(): void {
    for (const { socket } of this.#open) socket.destroy();
  }

  #answer(socket: Socket, now: number): void {
    const { output, heads, date } = this.#context;
    date.refresh(now);
    const flush = (): void => {
      const bytes = output.take(sink);
      if (bytes) socket.write(bytes);
    };
    const send = (bytes: Uint8Array): void => void socket.write(bytes);
    const sink = { flush, sendBytes: send, sendSlab: send };
    writeAnswer(output, sink, ownHead(heads, 503), undefined, TARGET);
    flush();
    socket.end();
  }
}
