/**
 * `Headers` in plain JavaScript: the same contract (fetch.spec.whatwg.org §5.1) as the runtime's,
 * and an instance of it, without the price of crossing into the runtime. One made of a request's
 * head reads the head's bytes until something is changed. On the hot path.
 *
 * @module
 */

import { withoutOuterSpace } from "./chars.ts";
import { NativeHeaders } from "./natives.ts";
import type { RequestHead } from "./request_head.ts";

/** Field names seen before, with their lower-case form; bounded, because clients choose names. */
const names = new Map<string, string>();
const MAX_NAMES = 1024;

const TOKEN_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const BAD_VALUE = /[\0\r\n\u0100-\uffff]/;

function normalizeName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  name = `${name}`;
  if (!TOKEN_NAME.test(name)) throw new TypeError(`Cannot use "${name}" as a header name`);
  const lower = name.toLowerCase();
  if (names.size < MAX_NAMES) names.set(name, lower);
  return lower;
}

function normalizeValue(name: string, value: string): string {
  value = `${value}`;
  const last = value.length - 1;
  if (last >= 0 && (value.charCodeAt(0) <= 32 || value.charCodeAt(last) <= 32)) {
    value = withoutOuterSpace(value);
  }
  if (isBad(value)) throw new TypeError(`Cannot use the value of header "${name}"`);
  return value;
}

/** Most values are short: a loop is done before an expression has begun. */
function isBad(value: string): boolean {
  if (value.length > 32) return BAD_VALUE.test(value);
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c < 14 && (c === 0 || c === 10 || c === 13) || c > 255) return true;
  }
  return false;
}

/** Makes a new `LightHeaders` of a request's head. */
export let headersOfHead: (head: RequestHead) => LightHeaders;
/** Whether a value is one of these, and not the runtime's. */
export let isLightHeaders: (value: object) => boolean;
/** Names (lower case) and values, alternating, in order: not a copy. */
export let headerList: (headers: LightHeaders) => readonly string[];

/** A `Headers`. */
export class LightHeaders implements Headers {
  #head: RequestHead | undefined;
  #list: string[];
  /** Whether another's list is the same array: whoever changes his copies it first. */
  #shared: boolean;
  /** Sorted and joined, until something changes. */
  #order: readonly (readonly [string, string])[] | undefined;

  static {
    headersOfHead = (head) => {
      const headers = new LightHeaders();
      headers.#head = head;
      return headers;
    };
    isLightHeaders = (value) => #list in value;
    headerList = (headers) => headers.#head === undefined ? headers.#list : headers.#own();
  }

  /** As the standard's. */
  constructor(init?: HeadersInit) {
    this.#head = undefined;
    this.#shared = false;
    this.#order = undefined;
    if (init === undefined) {
      this.#list = [];
      return;
    }
    if (init === null || typeof init !== "object" && typeof init !== "function") {
      throw new TypeError("Cannot make Headers: init is not an object");
    }
    if (#list in init) {
      this.#list = init.#head === undefined ? init.#list : init.#own();
      this.#shared = init.#shared = true;
    } else if (typeof (init as Iterable<unknown>)[Symbol.iterator] === "function") {
      this.#list = [];
      for (const pair of init as Iterable<Iterable<string>>) {
        const [name, value, ...more] = pair;
        if (name === undefined || value === undefined || more.length > 0) {
          throw new TypeError("Cannot make Headers: each pair has a name and a value");
        }
        this.append(name, value);
      }
    } else {
      this.#list = [];
      for (const name of Object.keys(init)) {
        this.append(name, (init as Record<string, string>)[name]!);
      }
      for (const symbol of Object.getOwnPropertySymbols(init)) {
        if (!Object.prototype.propertyIsEnumerable.call(init, symbol)) continue;
        throw new TypeError("Cannot use a symbol as a header name");
      }
    }
  }

  /** What `instanceof Headers` says while this class stands in for the runtime's. */
  static [Symbol.hasInstance](value: unknown): boolean {
    if (this !== LightHeaders) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof NativeHeaders;
  }

  append(name: string, value: string): void {
    const lower = normalizeName(name);
    const normal = normalizeValue(lower, value);
    this.#change().push(lower, normal);
  }

  delete(name: string): void {
    const lower = normalizeName(name);
    const list = this.#change();
    for (let i = list.length - 2; i >= 0; i -= 2) if (list[i] === lower) list.splice(i, 2);
  }

  get(name: string): string | null {
    const lower = normalizeName(name);
    if (this.#head !== undefined) return this.#head.get(lower) ?? null;
    return this.#joined(lower);
  }

  getSetCookie(): string[] {
    const list = this.#own();
    const all: string[] = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] === "set-cookie") all.push(list[i + 1]!);
    return all;
  }

  has(name: string): boolean {
    const lower = normalizeName(name);
    if (this.#head !== undefined) return this.#head.find(lower, 0) >= 0;
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) if (list[i] === lower) return true;
    return false;
  }

  set(name: string, value: string): void {
    const lower = normalizeName(name);
    const normal = normalizeValue(lower, value);
    const list = this.#change();
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] !== lower) continue;
      list[i + 1] = normal;
      for (let j = list.length - 2; j > i; j -= 2) if (list[j] === lower) list.splice(j, 2);
      return;
    }
    list.push(lower, normal);
  }

  forEach(
    callback: (value: string, key: string, parent: this) => void,
    thisArg?: unknown,
  ): void {
    if (typeof callback !== "function") throw new TypeError("Cannot call what is not a function");
    for (const [name, value] of this) callback.call(thisArg, value, name, this);
  }

  entries(): ReturnType<Headers["entries"]> {
    return this.#walk((pair) => [pair[0], pair[1]] as [string, string]) as ReturnType<
      Headers["entries"]
    >;
  }

  keys(): ReturnType<Headers["keys"]> {
    return this.#walk((pair) => pair[0]) as ReturnType<Headers["keys"]>;
  }

  values(): ReturnType<Headers["values"]> {
    return this.#walk((pair) => pair[1]) as ReturnType<Headers["values"]>;
  }

  [Symbol.iterator](): ReturnType<Headers["entries"]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }

  /** The list may change while it is walked: the position in its sorted form is what counts. */
  *#walk<T>(pick: (pair: readonly [string, string]) => T): Generator<T, undefined> {
    for (let i = 0;; i++) {
      const pair = this.#sorted()[i];
      if (pair === undefined) return undefined;
      yield pick(pair);
    }
  }

  #change(): string[] {
    this.#order = undefined;
    const list = this.#own();
    if (!this.#shared) return list;
    this.#shared = false;
    return this.#list = list.slice();
  }

  #own(): string[] {
    const head = this.#head;
    if (head === undefined) return this.#list;
    for (let i = 0; i < head.fieldCount; i++) this.#list.push(head.name(i), head.value(i));
    this.#head = undefined;
    return this.#list;
  }

  #joined(lower: string): string | null {
    const list = this.#list;
    let all: string | null = null;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === lower) all = all === null ? list[i + 1]! : all + ", " + list[i + 1]!;
    }
    return all;
  }

  #sorted(): readonly (readonly [string, string])[] {
    if (this.#order !== undefined) return this.#order;
    const list = this.#own();
    const sorted: (readonly [string, string])[] = [];
    const seen = new Set<string>();
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i]!;
      if (name === "set-cookie") sorted.push([name, list[i + 1]!]);
      else if (!seen.has(name)) {
        seen.add(name);
        sorted.push([name, this.#joined(name)!]);
      }
    }
    return this.#order = sorted.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
  }
}

Object.setPrototypeOf(LightHeaders.prototype, NativeHeaders.prototype);
