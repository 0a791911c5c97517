import type { ExecutionContext } from "./context.ts";

/** Work that goes on after responses, so that shutdown can wait for it. */
export class BackgroundTasks {
  readonly #running: Set<Promise<void>> = new Set();
  readonly #failed: (error: unknown) => void;

  /** @param failed Told of each task that throws. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** How many are running or waiting to. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Runs tasks one after another, once the response has left.
   *
   * @param tasks What to run.
   * @param sent Settles when the response has left; without one, the next turn of the event loop is taken for it.
   * @param execution The platform's context, told to wait.
   */
  run(
    tasks: readonly (() => unknown)[],
    sent: Promise<void> | undefined,
    execution: ExecutionContext | undefined,
  ): void {
    const done = this.#runAll(tasks, sent).finally(() => this.#running.delete(done));
    this.#running.add(done);
    execution?.waitUntil?.(done);
  }

  async #runAll(
    tasks: readonly (() => unknown)[],
    sent: Promise<void> | undefined,
  ): Promise<void> {
    await (sent?.catch(() => {}) ?? nextTurn());
    for (const task of tasks) {
      try {
        await task();
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /**
   * Waits until none is running.
   *
   * @param timeoutMs How long at most.
   * @returns Whether all have ended.
   */
  async drain(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (this.#running.size > 0) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const timeout = new Promise<void>((
        resolve,
      ) => (timer = setTimeout(resolve, left)));
      await Promise.race([Promise.all(this.#running), timeout]);
      clearTimeout(timer);
    }
    return true;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
