/**
 * One listener per `AbortSignal`, however many calls and streams share it: a listener for each costs
 * Node a scan of all others on the same signal, and from the eleventh on a warning of a leak.
 */

/** What a signal may abort. */
export interface Abortable {
  /** The signal has fired. */
  aborted(reason: unknown): void;
}

const watches: WeakMap<AbortSignal, SignalWatch> = new WeakMap();

/** The calls and streams that one signal may abort. */
export class SignalWatch {
  readonly #signal: AbortSignal;
  readonly #calls: Set<Abortable> = new Set();
  readonly #listener: () => void = () => this.#fire();

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** The watch of a signal that has not fired. */
  static of(signal: AbortSignal): SignalWatch {
    let watch = watches.get(signal);
    if (watch === undefined) {
      watches.set(signal, watch = new SignalWatch(signal));
    }
    return watch;
  }

  /** Adds a call. */
  add(call: Abortable): void {
    if (this.#calls.size === 0) {
      this.#signal.addEventListener("abort", this.#listener);
    }
    this.#calls.add(call);
  }

  /** Removes a call; with the last one goes the listener. */
  delete(call: Abortable): void {
    if (!this.#calls.delete(call) || this.#calls.size > 0) return;
    this.#signal.removeEventListener("abort", this.#listener);
  }

  #fire(): void {
    for (const call of [...this.#calls]) call.aborted(this.#signal.reason);
  }
}
