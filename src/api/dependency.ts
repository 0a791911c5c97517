import { assertKnownOptions } from "../base/options.ts";
import type { RouteContext } from "./context.ts";

/** How long a dependency's value lives. */
export interface DependencyOptions {
  /** `request`: made once for each request that needs it, cleaned up after its response. `app`: made once, cleaned up at shutdown. Default `request`. */
  readonly scope?: "request" | "app";
}

/** What a dependency's function may answer. */
export type Provided<T> = T | Promise<T> | Generator<T> | AsyncGenerator<T>;

/** Something a handler needs, and how it is made and cleaned up. */
export class Dependency<T> {
  /** How long its value lives. */
  readonly scope: "request" | "app";
  readonly #make: (c: RouteContext) => Provided<T>;

  /**
   * Made by `dep()`.
   *
   * @param make Makes the value.
   * @param scope How long it lives.
   */
  constructor(
    make: (c: RouteContext) => Provided<T>,
    scope: "request" | "app",
  ) {
    this.#make = make;
    this.scope = scope;
  }

  /**
   * Makes the value, and notes how it is cleaned up.
   *
   * @param c The request that needs it.
   * @param cleanups Where to note the clean-up.
   * @returns The value.
   */
  async make(c: RouteContext, cleanups: (() => unknown)[]): Promise<T> {
    const made = await this.#make(c);
    if (!isGenerator(made)) {
      const dispose = disposer(made);
      if (dispose !== undefined) cleanups.push(dispose);
      return made;
    }
    const first = await made.next();
    if (first.done) {
      throw new Error(
        "Cannot use dependency: its generator ended without a yield",
      );
    }
    cleanups.push(async () => {
      const next = await made.next();
      if (next.done) return;
      await made.return(undefined as never);
      throw new Error("Cannot clean up dependency: its generator yields twice");
    });
    return first.value;
  }
}

/**
 * A dependency: listed in a route's `dependencies`, it is made once a request and found in `c.deps`.
 * A value with `Symbol.asyncDispose` or `Symbol.dispose`, or the part of a generator after its
 * `yield`, is its clean-up; clean-ups run in reverse order, also after an error.
 *
 * @param make Makes the value; it may be asynchronous, or a generator that yields it.
 * @param options How long it lives.
 * @returns The dependency.
 * @throws {TypeError} For an option that is not known.
 * @example
 * ```ts
 * import { Api, dep } from "@zap-proto/edge/api";
 *
 * const getDb = dep(async function* () {
 *   const db = { name: "db", close() {} };
 *   try {
 *     yield db;
 *   } finally {
 *     db.close();
 *   }
 * });
 * new Api().get("/", { dependencies: { db: getDb } }, (c) => c.deps.db.name);
 * ```
 */
export function dep<T>(
  make: (c: RouteContext) => Generator<T> | AsyncGenerator<T>,
  options?: DependencyOptions,
): Dependency<T>;
/** The same, for a function that answers the value. */
export function dep<T>(
  make: (c: RouteContext) => T | Promise<T>,
  options?: DependencyOptions,
): Dependency<T>;
/** Both. */
export function dep<T>(
  make: (c: RouteContext) => Provided<T>,
  options: DependencyOptions = {},
): Dependency<T> {
  assertKnownOptions(options, ["scope"], "dep()");
  return new Dependency<T>(make, options.scope ?? "request");
}

/**
 * A dependency's value for this request, made if it is not there yet.
 *
 * @param c The request.
 * @param dependency What is needed.
 * @returns The value.
 */
export function resolve<T>(
  c: RouteContext,
  dependency: Dependency<T>,
): Promise<T> {
  const values = dependency.scope === "app" ? c.host.appValues : (c.resolved ??= new Map());
  const known = values.get(dependency) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const cleanups = dependency.scope === "app" ? c.host.appCleanups : (c.cleanups ??= []);
  const made = dependency.make(c, cleanups);
  values.set(dependency, made);
  // One that failed is tried again by the next request; this one sees the error.
  if (dependency.scope === "app") made.catch(() => values.delete(dependency));
  return made;
}

/**
 * Runs clean-ups, last first, all of them whatever one does.
 *
 * @param cleanups What to run; emptied.
 * @param failed Told of each that throws.
 */
export async function cleanUp(
  cleanups: (() => unknown)[],
  failed: (error: unknown) => void,
): Promise<void> {
  for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) {
    try {
      await next();
    } catch (error) {
      failed(error);
    }
  }
}

function isGenerator<T>(
  value: unknown,
): value is Generator<T> | AsyncGenerator<T> {
  const tag = Object.prototype.toString.call(value);
  return tag === "[object AsyncGenerator]" || tag === "[object Generator]";
}

function disposer(value: unknown): (() => unknown) | undefined {
  if (
    (typeof value !== "object" && typeof value !== "function") || value === null
  ) {
    return undefined;
  }
  const symbols = Symbol as {
    readonly asyncDispose?: symbol;
    readonly dispose?: symbol;
  };
  for (const symbol of [symbols.asyncDispose, symbols.dispose]) {
    const dispose = symbol && (value as Record<symbol, unknown>)[symbol];
    if (typeof dispose === "function") return () => dispose.call(value);
  }
  return undefined;
}
