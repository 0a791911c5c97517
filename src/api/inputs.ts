/**
 * Hot path: the readers that a route is compiled to, one for each place that its options name. Each
 * is a closure over its parameters' names and types; nothing is looked up by place or kind at run time.
 *
 * @module
 */

import { parse as parseCookies } from "hono/utils/cookie";
import type { MatchedParams, RouteContext } from "./context.ts";
import { INVALID, invalid, type Issue, prefixIssues } from "./issue.ts";
import type { ApiLimits } from "./limits.ts";
import { decodeOrNote, queryReader, readAllQuery } from "./query.ts";
import {
  type AnySchema,
  isStandardSchema,
  type JsonSchema,
  type Shape,
} from "./standard_schema.ts";
import { ObjectType } from "./types/object.ts";
import { textType } from "./types/text.ts";
import { PendingValue, toType } from "./types/to_type.ts";
import type { AnyType } from "./types/type.ts";

/** A parameter: its key in the input, its name on the wire, its type. */
export interface Param {
  /** The key in the handler's input. */
  readonly key: string;
  /** The name on the wire. */
  readonly name: string;
  /** How it is read. */
  readonly type: AnyType;
}

/** What a route reads at one place: parameters one by one, or all together by one schema. */
export interface ParamSet {
  /** The parameters. */
  readonly params: readonly Param[];
  /** Checks them together, where the option is a schema of another vendor. */
  readonly whole: AnyType | undefined;
  /** Whether keys beside the parameters are given to `whole` too, as its JSON Schema is not known. */
  readonly open: boolean;
}

/** Reads one place's input. */
export type Reader = (
  c: RouteContext,
  issues: Issue[],
  match: MatchedParams,
) => unknown;

/** Understands a `path`, `query`, `headers`, `cookies` or `form` option. */
export function paramSet(
  option: Shape | AnySchema,
  nameOf: (key: string) => string = (key) => key,
): ParamSet {
  const toParams = (shape: Shape): Param[] =>
    Object.entries(shape).map(([key, schema]) => ({
      key,
      name: nameOf(key),
      type: toType(schema),
    }));
  if (!isStandardSchema(option)) {
    return { params: toParams(option), whole: undefined, open: false };
  }
  const type = toType(option);
  if (type instanceof ObjectType) {
    return {
      params: toParams(type.shape as Shape),
      whole: undefined,
      open: false,
    };
  }
  const properties = type.jsonSchema()["properties"] as
    | Record<string, JsonSchema>
    | undefined;
  if (properties === undefined) return { params: [], whole: type, open: true };
  const params = Object.entries(properties).map(([key, schema]) => ({
    key,
    name: nameOf(key),
    type: toType(rawSchema(schema)).optional(),
  }));
  return { params, whole: type, open: false };
}

/** A schema that only coerces, by the JSON Schema of one property; the whole schema checks. */
function rawSchema(json: JsonSchema): AnySchema {
  return {
    "~standard": {
      version: 1,
      vendor: "zap-edge",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

/** Puts the values together in declared order; where one is `undefined`, its key is there all the same, so that all results have one shape. */
function assemble(
  set: ParamSet,
  place: string,
  read: (
    c: RouteContext,
    issues: Issue[],
    match: MatchedParams,
  ) => (param: Param, i: number) => unknown,
): Reader {
  const { params, whole } = set;
  const count = params.length;
  return (c, issues, match) => {
    const before = issues.length;
    const valueOf = read(c, issues, match);
    const out: Record<string, unknown> = {};
    for (let i = 0; i < count; i++) {
      const param = params[i]!;
      const start = issues.length;
      const value = valueOf(param, i);
      if (value === INVALID) locate(issues, start, place, param.name);
      else if (value instanceof PendingValue) {
        (c.pending ??= []).push({
          into: out,
          key: param.key,
          value,
          loc: [place, param.name],
        });
      } else if (whole === undefined || value !== undefined) {
        out[param.key] = value;
      }
    }
    return whole === undefined || issues.length > before
      ? out
      : readWhole(c, whole, out, issues, place);
  };
}

function readWhole(
  c: RouteContext,
  whole: AnyType,
  given: unknown,
  issues: Issue[],
  place: string,
): unknown {
  const start = issues.length;
  const value = whole.readJson(given, issues);
  if (value === INVALID) prefixIssues(issues, start, place);
  if (!(value instanceof PendingValue)) return value;
  const box: Record<string, unknown> = {};
  (c.pending ??= []).push({ into: box, key: "value", value, loc: [place] });
  return new LateWhole(box);
}

/** Stands for a place's input until an asynchronous schema has checked it. */
export class LateWhole {
  /** Where the value will be, under `value`. */
  readonly box: Record<string, unknown>;

  /** @param box See there. */
  constructor(box: Record<string, unknown>) {
    this.box = box;
  }
}

function locate(
  issues: Issue[],
  start: number,
  place: string,
  name: string,
): void {
  for (let i = start; i < issues.length; i++) {
    issues[i]!.loc.unshift(place, name);
  }
}

/** Reads path parameters; those without a schema are texts. */
export function pathReader(
  names: readonly string[],
  set: ParamSet | undefined,
): Reader {
  const declared = set ?? { params: [], whole: undefined, open: false };
  const rest = names.filter((name) => !declared.params.some((param) => param.name === name));
  const params = [
    ...declared.params,
    ...rest.map((name) => ({ key: name, name, type: TEXT })),
  ];
  return assemble(
    { ...declared, params },
    "path",
    (_c, issues, { params, values }) => ({ name, type }) => {
      const at = params[name];
      const raw = values === undefined ? at as string : values[at as number]!;
      // Hono has decoded the path but for what would change its meaning (%2F, %25, …) and what is malformed.
      const text = raw.indexOf("%") === -1 ? raw : decodePath(raw, issues);
      return text === INVALID ? INVALID : type.readText(text, issues);
    },
  );
}

function decodePath(raw: string, issues: Issue[]): string | typeof INVALID {
  try {
    return decodeURIComponent(raw);
  } catch {
    return invalid(
      issues,
      "percent_encoding",
      "Input should be percent-encoded UTF-8",
      raw,
    );
  }
}

const TEXT: AnyType = textType();

/** Reads query parameters. */
export function queryParams(set: ParamSet, limits: ApiLimits): Reader {
  if (set.open) {
    return (c, issues) => {
      const url = c.request.url;
      const mark = url.indexOf("?", 8);
      const all = mark === -1 ? {} : readAllQuery(url, mark + 1, limits.maxValues);
      if (all !== INVALID) {
        return readWhole(c, set.whole!, all, issues, "query");
      }
      invalid(
        issues,
        "query_parsing",
        "Query should have fewer keys, percent-encoded UTF-8",
      );
      prefixIssues(issues, issues.length - 1, "query");
      return INVALID;
    };
  }
  const names = set.params.map((param) => param.name);
  const scan = queryReader(
    names,
    set.params.map((param) => param.type.repeats),
    limits.maxValues,
  );
  const none: undefined[] = new Array(names.length).fill(undefined);
  return assemble(set, "query", (c, issues) => {
    const url = c.request.url;
    const mark = url.indexOf("?", 8);
    const found = mark === -1 ? none : scan(url, mark + 1);
    return ({ type }, i) => {
      const raw = found[i];
      if (raw === undefined) return type.readAbsent(issues);
      if (typeof raw === "string") {
        const text = decodeOrNote(raw, issues);
        return text === INVALID ? INVALID : type.readText(text, issues);
      }
      return readRepeated(raw, type, issues);
    };
  });
}

function readRepeated(
  raw: readonly string[],
  type: AnyType,
  issues: Issue[],
): unknown {
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
export function headerName(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}

/** Reads header fields. */
export function headerReader(set: ParamSet, limits: ApiLimits): Reader {
  if (set.open) {
    return (c, issues) =>
      readWhole(
        c,
        set.whole!,
        Object.fromEntries(c.request.headers),
        issues,
        "header",
      );
  }
  return assemble(set, "header", (c, issues) => {
    const headers = c.request.headers;
    return ({ name, type }) => {
      const value = headers.get(name);
      if (value === null) return type.readAbsent(issues);
      if (!type.repeats) return type.readText(value, issues);
      return type.readTexts(
        value.split(",", limits.maxValues).map((each) => each.trim()),
        issues,
      );
    };
  });
}

/** Reads cookies. */
export function cookieReader(set: ParamSet): Reader {
  // Hono's parser stops at the one name it is given.
  const only = set.params.length === 1 && !set.open ? set.params[0]!.name : undefined;
  const none: Record<string, string> = {};
  const parse = (c: RouteContext) => {
    const header = c.request.headers.get("cookie");
    return header === null ? none : parseCookies(header, only);
  };
  if (set.open) {
    return (c, issues) => readWhole(c, set.whole!, { ...parse(c) }, issues, "cookie");
  }
  return assemble(set, "cookie", (c, issues) => {
    const found = parse(c);
    return ({ name, type }) => {
      const value = found[name];
      return typeof value === "string" ? type.readText(value, issues) : type.readAbsent(issues);
    };
  });
}
