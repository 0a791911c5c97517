import { BackgroundTasks } from "./background.ts";
import type { RouteContext } from "./context.ts";
import { cleanUp } from "./dependency.ts";

/** What runs at the start or at the end. */
export type Hook = () => unknown;

/** What a server that calls the app with its own second argument may say of the response there. */
interface ServerInfo {
  /** This project's server: the response has been sent. */
  readonly responseSent?: Promise<void>;
  /** `Deno.serve`: the same; it rejects where that failed. */
  readonly completed?: Promise<void>;
}

/** Notes what should be known about, with fields. */
export type Log = (error: unknown, fields: Record<string, unknown>) => void;

/** An app's beginning and end: hooks, values that live as long as it does, tasks that outlive a response. */
export class Lifecycle {
  /** Values of dependencies that live as long as the app. */
  readonly values: Map<object, unknown> = new Map();
  /** What cleans those up, last first. */
  readonly cleanups: Hook[] = [];
  readonly #startups: Hook[] = [];
  readonly #shutdowns: Hook[] = [];
  readonly #included: Set<Lifecycle> = new Set();
  readonly #tasks: BackgroundTasks;
  readonly #drainTimeoutMs: number;
  readonly #log: Log;
  #begun = false;
  /** Whether a host begins and ends the app, and asks it nothing before it has begun. */
  #hosted = false;
  #starting: Promise<void> | undefined;
  /** Start-up hooks that have run. */
  #ran = 0;

  /**
   * @param drainTimeoutMs How long the end waits for background tasks.
   * @param log Told of what fails.
   */
  constructor(drainTimeoutMs: number, log: Log) {
    this.#drainTimeoutMs = drainTimeoutMs;
    this.#log = log;
    this.#tasks = new BackgroundTasks((error) => log(error, { during: "background task" }));
  }

  /** Adds a hook for the start; it would never run if the start is over. */
  onStartup(hook: Hook): void {
    if (this.#begun) throw new TypeError("Cannot add a start-up hook: the app has started");
    this.#startups.push(hook);
  }

  /** Adds a hook for the end. */
  onShutdown(hook: Hook): void {
    this.#shutdowns.push(hook);
  }

  /** Another app's hooks, also those that it gets later; once, however often it is included. */
  include(other: Lifecycle): void {
    if (this.#included.has(other)) return;
    this.#included.add(other);
    this.#startups.push(() => other.startup());
    this.#shutdowns.push(() => other.#end());
  }

  /** Runs the start-up hooks in order, each once; after a failure the next start goes on with the one that failed. */
  startup(): Promise<void> {
    this.#hosted = true;
    return this.#start();
  }

  /** Settles when the hooks have run, where no host has begun; `undefined` if there is nothing to wait for. */
  whenStarted(): Promise<void> | undefined {
    this.#begun = true;
    if (this.#hosted || this.#ran === this.#startups.length) return undefined;
    return this.#starting ?? this.#start().catch((error) => {
      this.#log(error, { during: "start-up" });
      throw error;
    });
  }

  #start(): Promise<void> {
    this.#begun = true;
    return this.#starting ??= this.#runStartups().finally(() => (this.#starting = undefined));
  }

  async #runStartups(): Promise<void> {
    for (; this.#ran < this.#startups.length; this.#ran++) await this.#startups[this.#ran]!();
  }

  /** Waits for background tasks, runs the shutdown hooks, and cleans up what lived as long as the app. */
  async shutdown(): Promise<void> {
    if (!await this.idle()) {
      this.#log(new Error("Background tasks did not end in time"), { running: this.#tasks.size });
    }
    await this.#end();
    await this.#cleanUp(this.cleanups);
    this.values.clear();
  }

  #end(): Promise<void> {
    this.#ran = 0;
    return this.#cleanUp([...this.#shutdowns]);
  }

  #cleanUp(hooks: Hook[]): Promise<void> {
    return cleanUp(hooks, (error) => this.#log(error, { during: "shutdown" }));
  }

  /** Waits until no background task runs; whether that came in time. */
  idle(): Promise<boolean> {
    return this.#tasks.drain(this.#drainTimeoutMs);
  }

  /** Runs a request's background tasks once its response has left. */
  runAfter(
    c: RouteContext,
    tasks: readonly Hook[],
    bodySent: Promise<void> | undefined,
  ): void {
    const { execution } = c;
    const info = c.env as ServerInfo | undefined;
    const told = execution?.responseSent ?? info?.responseSent ?? info?.completed;
    this.#tasks.run(tasks, told ?? bodySent, execution);
  }
}
