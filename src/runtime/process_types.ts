/**
 * The process port: what a server needs of the process it runs in. One shape for three runtimes,
 * like the socket port.
 *
 * @module
 */

/** A signal that asks a server to stop. */
export type StopSignal = "SIGTERM" | "SIGINT";

/** What travels between the first process and its workers; each field is plain data. */
export interface WorkerMessage {
  /** What it is about. */
  readonly kind: string;
  /** What goes with it. */
  readonly value?: unknown;
}

/** A worker process, as the first process sees it. */
export interface WorkerProcess {
  /** Its number, from 1. */
  readonly id: number;
  /** Sends it a message; ignored once it is gone. */
  send(message: WorkerMessage): void;
  /** Ends it without asking. */
  kill(): void;
}

/** What the first process does with a worker's events. */
export interface WorkerEvents {
  /** It sent something. */
  message(message: WorkerMessage): void;
  /** It is gone: exactly once, last. The code is `null` where a signal ended it. */
  exit(code: number | null): void;
}

/** The way from a worker to the first process. */
export interface WorkerChannel {
  /** This worker's number, from 1. */
  readonly id: number;
  /** The port to listen on instead of 0, once the first worker has one. */
  readonly port: number | undefined;
  /** Sends a message to the first process; ignored once it is gone. */
  send(message: WorkerMessage): void;
  /** Hears messages, and that the first process is gone. */
  listen(message: (message: WorkerMessage) => void, gone: () => void): void;
  /** Lets go of the channel, so that the process can end. */
  close(): void;
}

/** The process this code runs in. */
export interface HostProcess {
  /** Whether each worker opens the shared port itself (SO_REUSEPORT), or the first process does for all, as on Node 20. */
  readonly workersOpenPort: boolean;
  /** Calls `fn` at each of the signals, until the function that it answers is called. */
  onSignal(signals: readonly StopSignal[], fn: (signal: StopSignal) => void): () => void;
  /** Ends the process now. */
  exit(code: number): void;
  /** Open files and sockets that the process may have (the soft limit), or `undefined` where nobody tells. */
  descriptorLimit(): number | undefined;
  /** Writes text to standard output; resolves when more is welcome. */
  writeOutput(text: string): Promise<void>;
  /** The channel if this process is a worker; `undefined` in the first process. */
  workerChannel(): WorkerChannel | undefined;
  /**
   * Starts this program once more as a worker.
   *
   * @param id Its number.
   * @param port The port it has to listen on, if that is known.
   * @throws {Error} If the runtime forbids it.
   */
  startWorker(id: number, port: number | undefined, events: WorkerEvents): WorkerProcess;
}
