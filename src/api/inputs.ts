/**
 * Hot path: the readers that a route is compiled to, one for each place that its options name.
 *
 * @module
 */

import { parse as parseCookies } from "hono/utils/cookie";
import type { MatchedParams, RouteContext } from "./context.ts";
import { INVALID, invalid, type Issue, prefixIssues } from "./issue.ts";
import type { ApiLimits } from "./limits.ts";
import { paramReader, type Reader, readWhole } from "./param_readers.ts";
import { type ParamSet, paramSet } from "./param_set.ts";
import { decodeOrNote, queryReader, readAllQuery } from "./query.ts";
import type { RouteOptions } from "./route_options.ts";
import { textType } from "./types/text.ts";
import { kindOf } from "./types/to_type.ts";
import type { AnyType } from "./types/type.ts";

/** What a route reads beside a JSON body, by place. */
export class Inputs {
  /** Path parameters that are declared. */
  readonly path: ParamSet | undefined;
  /** Query parameters. */
  readonly query: ParamSet | undefined;
  /** Header fields. */
  readonly headers: ParamSet | undefined;
  /** Cookies. */
  readonly cookies: ParamSet | undefined;
  /** Form fields. */
  readonly form: ParamSet | undefined;
  /** Whether anything but a form is read. */
  readonly reads: boolean;
  readonly #path: Reader | undefined;
  readonly #query: Reader | undefined;
  readonly #headers: Reader | undefined;
  readonly #cookies: Reader | undefined;

  /**
   * @param where The route, for messages.
   * @param names The parameters of its path.
   * @param options What it declares.
   * @param limits The app's limits.
   * @throws {TypeError} For a path parameter that the path does not have.
   */
  constructor(
    where: string,
    names: readonly string[],
    options: RouteOptions,
    limits: ApiLimits,
  ) {
    this.path = options.path && paramSet(options.path);
    this.query = options.query && paramSet(options.query);
    this.headers = options.headers && paramSet(options.headers, headerName);
    this.cookies = options.cookies && paramSet(options.cookies);
    this.form = options.form && paramSet(options.form);
    for (const { name } of this.path?.params ?? []) {
      if (!names.includes(name)) {
        throw new TypeError(`Cannot add ${where}: its path has no parameter "${name}"`);
      }
    }
    this.#path = names.length > 0 ? pathReader(names, this.path) : undefined;
    this.#query = this.query && queryParams(this.query, limits);
    this.#headers = this.headers && headerReader(this.headers, limits);
    this.#cookies = this.cookies && cookieReader(this.cookies);
    this.reads = (this.#path ?? this.#query ?? this.#headers ?? this.#cookies) !== undefined;
  }

  /** Reads everything but a form, in the order in which errors are told. */
  read(c: RouteContext, issues: Issue[], match: MatchedParams): void {
    if (this.#path !== undefined) c.path = this.#path(c, issues, match);
    if (this.#query !== undefined) c.query = this.#query(c, issues, match);
    if (this.#headers !== undefined) c.headers = this.#headers(c, issues, match);
    if (this.#cookies !== undefined) c.cookies = this.#cookies(c, issues, match);
  }
}

/** Reads path parameters; those without a schema are texts. */
function pathReader(names: readonly string[], set: ParamSet | undefined): Reader {
  const declared = set ?? { params: [], whole: undefined, open: false };
  const rest = names.filter((name) => !declared.params.some((param) => param.name === name));
  const params = [
    ...declared.params,
    ...rest.map((name) => ({ key: name, name, type: TEXT })),
  ];
  return paramReader({ ...declared, params }, "path", {
    open: (_, match) => match,
    read: ({ params, values }, { name, type }, _, issues) => {
      const at = params[name];
      const raw = values === undefined ? at as string : values[at as number]!;
      // Hono has decoded the path but for what would change its meaning (%2F, %25, …) and what is malformed.
      const text = raw.indexOf("%") === -1 ? raw : decodePath(raw, issues);
      return text === INVALID ? INVALID : type.readText(text, issues);
    },
  });
}

function decodePath(raw: string, issues: Issue[]): string | typeof INVALID {
  try {
    return decodeURIComponent(raw);
  } catch {
    return invalid(issues, "percent_encoding", "Input should be percent-encoded UTF-8", raw);
  }
}

const TEXT: AnyType = textType();

/** Reads query parameters. */
function queryParams(set: ParamSet, limits: ApiLimits): Reader {
  if (set.open) return openQuery(set.whole!, limits);
  const names = set.params.map((param) => param.name);
  const repeats = set.params.map((param) => param.type.repeats);
  const bare = set.params.map(({ type }) => kindOf(type.jsonSchema()) === "boolean" ? "true" : "");
  const scan = queryReader(names, repeats, bare, limits.maxValues);
  const none: undefined[] = new Array(names.length).fill(undefined);
  return paramReader(set, "query", {
    open: (c) => {
      const { url } = c.request;
      const mark = url.indexOf("?", 8);
      return mark === -1 ? none : scan(url, mark + 1);
    },
    read: (found, { type }, i, issues) => {
      const raw = found[i];
      if (raw === undefined) return type.readAbsent(issues);
      if (typeof raw !== "string") return readRepeated(raw, type, issues);
      const text = decodeOrNote(raw, issues);
      return text === INVALID ? INVALID : type.readText(text, issues);
    },
  });
}

/** Reads a query whose keys are not known. */
function openQuery(whole: AnyType, limits: ApiLimits): Reader {
  return (c, issues) => {
    const { url } = c.request;
    const mark = url.indexOf("?", 8);
    const all = mark === -1 ? {} : readAllQuery(url, mark + 1, limits.maxValues);
    if (all !== INVALID) return readWhole(c, whole, all, issues, "query");
    invalid(issues, "query_parsing", "Query should have fewer keys, percent-encoded UTF-8");
    prefixIssues(issues, issues.length - 1, "query");
    return INVALID;
  };
}

function readRepeated(raw: readonly string[], type: AnyType, issues: Issue[]): unknown {
  const texts: string[] = [];
  for (let i = 0; i < raw.length; i++) {
    const text = decodeOrNote(raw[i]!, issues);
    if (text === INVALID) {
      issues.at(-1)!.loc.push(i);
      return INVALID;
    }
    texts.push(text);
  }
  return type.readTexts(texts, issues);
}

/** The name of a header field for a key: `user_agent` is `user-agent`. */
function headerName(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}

/** Reads header fields. */
function headerReader(set: ParamSet, limits: ApiLimits): Reader {
  if (set.open) {
    const whole = set.whole!;
    return (c, issues) =>
      readWhole(c, whole, Object.fromEntries(c.request.headers), issues, "header");
  }
  return paramReader(set, "header", {
    open: (c) => c.request.headers,
    read: (headers, { name, type }, _, issues) => {
      const value = headers.get(name);
      if (value === null) return type.readAbsent(issues);
      if (!type.repeats) return type.readText(value, issues);
      // RFC 9110 §5.6.1: empty elements do not count.
      const values = value.split(",", limits.maxValues).map((each) => each.trim()).filter(Boolean);
      return values.length === 0 && type.isOptional
        ? type.readAbsent(issues)
        : type.readTexts(values, issues);
    },
  });
}

/** Reads cookies. */
function cookieReader(set: ParamSet): Reader {
  // Hono's parser stops at the one name it is given.
  const only = set.params.length === 1 && !set.open ? set.params[0]!.name : undefined;
  const none: Record<string, string> = {};
  const parse = (c: RouteContext) => {
    const header = c.request.headers.get("cookie");
    return header === null ? none : parseCookies(header, only);
  };
  if (set.open) {
    const whole = set.whole!;
    return (c, issues) => readWhole(c, whole, { ...parse(c) }, issues, "cookie");
  }
  return paramReader(set, "cookie", {
    open: parse,
    read: (found, { name, type }, _, issues) => {
      const value = found[name];
      return typeof value === "string" ? type.readText(value, issues) : type.readAbsent(issues);
    },
  });
}
