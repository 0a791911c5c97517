import { SocketError } from "../base/socket_error.ts";
import { formatTarget, isPort } from "./address.ts";
import { toSocketError } from "./errors.ts";
import { CONNECT_TIMEOUT_MS } from "./limits.ts";
import type { ConnectOptions, Socket } from "./types.ts";

/** One try to connect. Settles once: with the socket, a fault, the timeout or the caller's signal. */
export class Attempt {
  /** The socket, or a `SocketError`. */
  readonly promise: Promise<Socket>;
  /** Whether the outcome is known; whatever comes later must be closed. */
  settled = false;
  #resolve!: (socket: Socket) => void;
  #reject!: (error: SocketError) => void;
  #what: string;
  #giveUp: () => void = () => {};
  #timer: ReturnType<typeof setTimeout>;
  #signal: AbortSignal | undefined;
  #onAbort: () => void;

  /** Starts the clock. `giveUp`, once set, is called when time or the caller ends the attempt. */
  constructor(options: ConnectOptions) {
    this.#what = `Cannot connect to ${formatTarget(options)}`;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#timer = setTimeout(
      () => this.#stop("timeout", `no connection within ${timeoutMs} ms`, undefined),
      timeoutMs,
    );
    this.#signal = options.signal;
    this.#onAbort = () => this.#stop("aborted", "the signal was aborted", this.#signal?.reason);
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (this.#signal?.aborted) this.#onAbort();
    else if (options.path === undefined && !isPort(options.port, 1)) {
      this.fail(new SocketError("address_invalid", `${this.#what}: the port must be 1 to 65535`));
    }
  }

  /** What to do with the half-open connection when time or the caller ends the attempt. */
  onGiveUp(giveUp: () => void): void {
    this.#giveUp = giveUp;
  }

  /** The connection is open. */
  succeed(socket: Socket): void {
    if (this.#settle()) this.#resolve(socket);
  }

  /** The connection failed. */
  fail(cause: unknown): void {
    if (this.#settle()) this.#reject(toSocketError(cause, this.#what));
  }

  #stop(code: "timeout" | "aborted", why: string, cause: unknown): void {
    if (!this.#settle()) return;
    this.#reject(new SocketError(code, `${this.#what}: ${why}`, { cause }));
    this.#giveUp();
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    return true;
  }
}
