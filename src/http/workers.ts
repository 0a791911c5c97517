/**
 * Several processes behind one port: started, watched, restarted with growing pauses, and drained
 * together. It decides; the process port does.
 *
 * The first worker alone learns the port where 0 was asked for; the others are told.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { HostProcess, WorkerMessage, WorkerProcess } from "../runtime/process_types.ts";
import type { SocketAddress } from "../runtime/types.ts";

/** Pause before the first restart: long enough not to spin, short enough not to be noticed. */
export const RESTART_MIN_MS: number = 100;

/** Longest pause between restarts: a worker that cannot start costs two starts a minute. */
export const RESTART_MAX_MS: number = 30_000;

/** A worker that lived as long is sound again, and its next pause is the shortest. */
export const RESTART_RESET_MS: number = 10_000;

/** After the drain's deadline, the time for a worker's own last steps; then it is killed. */
export const KILL_GRACE_MS: number = 2_000;

/** What happens to workers. */
export type WorkerEvent =
  | { readonly type: "started"; readonly worker: number; readonly address: SocketAddress }
  | { readonly type: "exited"; readonly worker: number; readonly code: number | null }
  | { readonly type: "restarting"; readonly worker: number; readonly afterMs: number };

/** How a pool is set up. */
export interface WorkerPoolOptions {
  /** How many, at least 1. */
  readonly count: number;
  /** Whether the port is yet to be chosen by the first worker. */
  readonly anyPort: boolean;
  /** Milliseconds that workers have for their drain. */
  readonly drainTimeoutMs: number;
  /** Time. */
  readonly clock: Clock;
  /** Hears what happens to workers. */
  readonly onEvent?: (event: WorkerEvent) => void;
  /** Hears what a worker says beside that it listens. */
  readonly onMessage?: (worker: number, message: WorkerMessage) => void;
}

interface Worker {
  readonly id: number;
  process: WorkerProcess | undefined;
  startedAt: number;
  ready: boolean;
  pauseMs: number;
  timer: unknown;
}

/** The first process's side. */
export class WorkerPool {
  /** The shared address, when every worker listens. Rejects if one could not at the start. */
  readonly ready: Promise<SocketAddress>;
  /** Resolves when the last worker is gone after `stop`. */
  readonly finished: Promise<void>;
  readonly #host: HostProcess;
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Map<number, Worker>();
  #port: number | undefined;
  #toldPort: number | undefined;
  #failure: string | undefined;
  #stopping = false;
  #killTimer: unknown;
  #settled = false;
  #resolveReady!: (address: SocketAddress) => void;
  #rejectReady!: (error: Error) => void;
  #resolveFinished!: () => void;

  /** Starts the workers. */
  constructor(host: HostProcess, options: WorkerPoolOptions) {
    this.#host = host;
    this.#options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.finished = new Promise((resolve) => this.#resolveFinished = resolve);
    this.#add(1);
    if (!options.anyPort) this.#addRest();
  }

  /** Asks every worker to drain; those that are left after the deadline are killed. */
  stop(): Promise<void> {
    if (this.#stopping) return this.finished;
    this.#stopping = true;
    const { clock, drainTimeoutMs } = this.#options;
    for (const worker of this.#workers.values()) {
      clock.clear(worker.timer);
      if (worker.process) worker.process.send({ kind: "stop" });
      else this.#workers.delete(worker.id);
    }
    this.#killTimer = clock.after(drainTimeoutMs + KILL_GRACE_MS, () => this.kill());
    this.#finishIfEmpty();
    return this.finished;
  }

  /** Tells all workers, or one. */
  send(message: WorkerMessage, id?: number): void {
    for (const worker of this.#workers.values()) {
      if (id === undefined || worker.id === id) worker.process?.send(message);
    }
  }

  /** Ends every worker at once. */
  kill(): void {
    void this.stop();
    for (const worker of this.#workers.values()) worker.process?.kill();
  }

  #add(id: number): void {
    const worker = {
      id,
      process: undefined,
      startedAt: 0,
      ready: false,
      pauseMs: RESTART_MIN_MS,
      timer: undefined,
    };
    this.#workers.set(id, worker);
    this.#start(worker);
  }

  #addRest(): void {
    for (let id = 2; id <= this.#options.count && !this.#stopping; id++) this.#add(id);
  }

  #start(worker: Worker): void {
    worker.startedAt = this.#options.clock.now();
    // Where the first process accepts for all, it knows a shared port by what was asked for (0) for
    // as long as one of them lives; after that the port must be asked for by its number.
    const alone = [...this.#workers.values()].every((each) => each.process === undefined);
    if (this.#host.workersOpenPort || alone) this.#toldPort = this.#port;
    try {
      worker.process = this.#host.startWorker(worker.id, this.#toldPort, {
        message: (message) => this.#heard(worker, message),
        exit: (code) => this.#exited(worker, code),
      });
    } catch (error) {
      this.#failure = (error as Error).message;
      this.#exited(worker, null);
    }
  }

  #heard(worker: Worker, message: WorkerMessage): void {
    if (message.kind === "failed") this.#failure = String(message.value);
    if (message.kind !== "ready" || worker.ready) {
      return this.#options.onMessage?.(worker.id, message);
    }
    const address = message.value as SocketAddress;
    worker.ready = true;
    this.#tell({ type: "started", worker: worker.id, address });
    if (this.#port === undefined && address.transport === "tcp") this.#port = address.port;
    if (this.#stopping || this.#settled) return;
    if (this.#options.anyPort && this.#workers.size === 1) this.#addRest();
    if ([...this.#workers.values()].every((each) => each.ready)) {
      this.#settled = true;
      this.#resolveReady(address);
    }
  }

  #exited(worker: Worker, code: number | null): void {
    worker.process = undefined;
    worker.ready = false;
    this.#tell({ type: "exited", worker: worker.id, code });
    if (!this.#settled && !this.#stopping) {
      this.#settled = true;
      const why = this.#failure ?? `it ended with code ${code}`;
      this.#rejectReady(new Error(`Cannot start worker ${worker.id}: ${why}`));
      void this.stop();
    }
    if (this.#stopping) {
      this.#workers.delete(worker.id);
      this.#finishIfEmpty();
    } else {
      this.#restartLater(worker);
      this.#endLost();
    }
  }

  /**
   * Who is started without a port is to share one that another has open. When the last of those has
   * gone it would open any other, so it is started anew, and told.
   */
  #endLost(): void {
    const { anyPort } = this.#options;
    if (!anyPort || this.#port === undefined || this.#toldPort !== undefined) return;
    const workers = [...this.#workers.values()];
    if (workers.some((each) => each.ready)) return;
    for (const worker of workers) worker.process?.kill();
  }

  #restartLater(worker: Worker): void {
    const { clock } = this.#options;
    if (clock.now() - worker.startedAt >= RESTART_RESET_MS) worker.pauseMs = RESTART_MIN_MS;
    const afterMs = worker.pauseMs;
    worker.pauseMs = Math.min(2 * afterMs, RESTART_MAX_MS);
    this.#tell({ type: "restarting", worker: worker.id, afterMs });
    worker.timer = clock.after(afterMs, () => this.#start(worker));
  }

  #finishIfEmpty(): void {
    if (this.#workers.size > 0) return;
    this.#options.clock.clear(this.#killTimer);
    if (!this.#settled) {
      this.#settled = true;
      this.#rejectReady(new Error("Cannot start workers: stopped before they were ready"));
    }
    this.#resolveFinished();
  }

  #tell(event: WorkerEvent): void {
    this.#options.onEvent?.(event);
  }
}
