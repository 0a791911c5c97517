/**
 * A listener on Bun. When no descriptor is left, Bun neither accepts nor tells: it tries again at
 * once, with all of a core, for as long as somebody waits to be accepted. So this one looks now and
 * then whether a file can still be opened, stops listening while none can, and begins again.
 *
 * @module
 */

import { formatTarget, socketAddress } from "./address.ts";
import type { BunApiListener } from "./bun_api.ts";
import { noTlsHere, report, toListenError, toSocketError } from "./errors.ts";
import { descriptorFault } from "./descriptors.ts";
import { DESCRIPTOR_LOOK_MS } from "./limits.ts";
import type { Listener, ListenOptions, SocketAddress } from "./types.ts";
import { removeUnixPath } from "./unix_path.ts";

/** Binds the options' address with this port, and accepts. */
export type Bind = (port: number) => BunApiListener;

/** An open server socket. */
export class BunListener implements Listener {
  readonly address: SocketAddress;
  readonly #options: ListenOptions;
  readonly #bind: Bind;
  readonly #timer: ReturnType<typeof setInterval>;
  #listener: BunApiListener | undefined;

  /** Listens. */
  constructor(options: ListenOptions, bind: Bind) {
    this.#options = options;
    this.#bind = bind;
    const listener = this.#listener = this.#open(options.port ?? 0);
    const bound: { address?: string; port?: number } = {};
    if (options.path === undefined) listener.getsockname(bound);
    this.address = socketAddress(options.path, bound.address, bound.port);
    this.#timer = setInterval(() => this.#look(), DESCRIPTOR_LOOK_MS);
    (this.#timer as { unref?(): void }).unref?.();
  }

  reload(): Promise<void> {
    return Promise.reject(noTlsHere());
  }

  // deno-lint-ignore require-await -- the contract is a promise on all runtimes
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop();
  }

  #open(port: number): BunApiListener {
    try {
      return this.#bind(port);
    } catch (error) {
      throw toListenError(error, `Cannot listen on ${formatTarget(this.#options)}`);
    }
  }

  #stop(): void {
    this.#listener?.stop();
    this.#listener = undefined;
    if (this.#options.path !== undefined) removeUnixPath(this.#options.path);
  }

  #look(): void {
    const fault = descriptorFault();
    if (this.#listener !== undefined && fault !== undefined) {
      this.#stop();
      report(this.#options, toSocketError(fault, "Cannot accept"));
    } else if (this.#listener === undefined && fault === undefined) {
      try {
        this.#listener = this.#open(this.address.transport === "tcp" ? this.address.port : 0);
      } catch (error) {
        report(this.#options, toSocketError(error, "Cannot accept"));
      }
    }
  }
}
