import { INVALID, type Invalid, type Issue, missing, prefixIssues } from "../issue.ts";
import type { AnySchema, JsonSchema, StandardIssue, StandardResult } from "../standard_schema.ts";
import { isStandardSchema } from "../standard_schema.ts";
import { bool } from "./bool.ts";
import { float, int } from "./number.ts";
import { PendingValue } from "./pending.ts";
import { settle } from "./settle.ts";
import { isStruct, StructSchema } from "./struct.ts";
import { type AnyType, Type } from "./type.ts";

/** Reads any schema as one of our types: our own as they are, structs by their JSON form, others through the standard. */
export function toType(schema: AnySchema): AnyType {
  if (schema instanceof Type) return schema;
  if (!isStandardSchema(schema)) {
    throw new TypeError(
      `Cannot use a ${typeof schema} as a schema: use int(), text(), a struct, zod`,
    );
  }
  return isStruct(schema) ? new StructSchema(schema) : new StandardType(schema);
}

/**
 * A schema of another vendor. Its JSON Schema, where it gives one, says how text is coerced before it
 * is asked: so `z.int()` reads a query parameter by the same rules as `int()`.
 */
export class StandardType extends Type<unknown> {
  readonly #schema: AnySchema;
  readonly #coerce: AnyType | undefined;
  readonly #elements: AnyType | undefined;
  readonly #isList: boolean;
  #optional: boolean | undefined;
  #isAsync = false;

  /** @param schema The schema. */
  constructor(schema: AnySchema) {
    super();
    this.#schema = schema;
    const json = inputSchema(schema);
    this.#isList = kindOf(json) === "array";
    this.#coerce = coercion(kindOf(json));
    this.#elements = coercion(
      kindOf((json?.["items"] ?? undefined) as JsonSchema | undefined),
    );
  }

  readText(text: string, issues: Issue[]): unknown | Invalid {
    if (this.#isList) return this.readTexts([text], issues);
    if (text === "" && this.isOptional) return this.readAbsent(issues);
    if (this.#coerce === undefined) return this.readJson(text, issues);
    const value = this.#coerce.readText(text, issues);
    return value === INVALID ? INVALID : this.readJson(value, issues);
  }

  override readTexts(
    texts: readonly string[],
    issues: Issue[],
  ): unknown | Invalid {
    const [first] = texts;
    if (!this.#isList) return this.readText(first!, issues);
    if (first === "" && texts.length === 1 && this.isOptional) return this.readAbsent(issues);
    if (this.#elements === undefined) return this.readJson(texts, issues);
    const values: unknown[] = [];
    for (let i = 0; i < texts.length; i++) {
      const start = issues.length;
      const value = this.#elements.readText(texts[i]!, issues);
      if (value === INVALID) prefixIssues(issues, start, i);
      else values.push(value);
    }
    return values.length === texts.length ? this.readJson(values, issues) : INVALID;
  }

  readJson(value: unknown, issues: Issue[]): unknown | Invalid {
    const result = this.#isAsync
      ? validateAsync(this.#schema, value)
      : this.#schema["~standard"].validate(value);
    if (result instanceof Promise) {
      this.#isAsync = true;
      // Others may be waited for first: until then its failure must not end the process.
      result.catch(() => {});
      return new PendingValue(async (late) => settle(await result, value, late));
    }
    return settle(result, value, issues);
  }

  override readAbsent(issues: Issue[]): unknown | Invalid {
    const from = issues.length;
    const value = this.readJson(undefined, issues);
    if (value !== INVALID) return value;
    // The vendor says "expected number, received undefined" in its own words; that is one thing.
    issues.length = from;
    return missing(issues);
  }

  override get projects(): boolean {
    return false;
  }

  override get repeats(): boolean {
    return this.#isList;
  }

  override get isOptional(): boolean {
    if (this.#optional === undefined) {
      const result = this.#schema["~standard"].validate(undefined);
      if (result instanceof Promise) {
        result.catch(() => {});
        this.#optional = false;
      } else this.#optional = result.issues === undefined;
    }
    return this.#optional;
  }

  jsonSchema(): JsonSchema {
    const { $schema: _, ...schema } = inputSchema(this.#schema) ?? {};
    return schema;
  }

  /** The JSON Schema of what it gives, where that differs. */
  outputJsonSchema(): JsonSchema {
    const json = this.#schema["~standard"].jsonSchema;
    if (json === undefined) return {};
    const { $schema: _, ...schema } = tryOr(
      (): JsonSchema => json.output(JSON_SCHEMA),
      {},
    );
    return schema;
  }
}

/** The JSON Schema of a type in responses. */
export function responseSchema(type: AnyType): JsonSchema {
  return type instanceof StandardType ? type.outputJsonSchema() : type.jsonSchema();
}

/** zod's `validate` tries without waiting first: checks run twice, and one that rejects then ends the process. */
async function validateAsync(
  schema: AnySchema & Partial<ZodLike>,
  value: unknown,
): Promise<StandardResult<unknown>> {
  if (schema.safeParseAsync === undefined) return await schema["~standard"].validate(value);
  const { data, error } = await schema.safeParseAsync(value);
  return error ?? { value: data };
}

/** The way to check that only zod has. */
interface ZodLike {
  safeParseAsync(value: unknown): Promise<{
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly StandardIssue[] };
  }>;
}

function inputSchema(schema: AnySchema): JsonSchema | undefined {
  const json = schema["~standard"].jsonSchema;
  return json &&
    tryOr(
      (): JsonSchema | undefined => json.input(JSON_SCHEMA),
      undefined,
    );
}

/** The JSON Schema that is asked for. zod is told to leave open what it cannot say (a date), and that alone. */
const JSON_SCHEMA = {
  target: "draft-2020-12",
  libraryOptions: { unrepresentable: "any" },
} as const;

/** Another vendor throws for such a schema; it is then undocumented. */
function tryOr<T>(get: () => T, other: T): T {
  try {
    return get();
  } catch {
    return other;
  }
}

function coercion(kind: string | undefined): AnyType | undefined {
  if (kind === "integer") return int();
  if (kind === "number") return float();
  return kind === "boolean" ? bool() : undefined;
}

/** The one type that a JSON Schema names, `null` aside. */
export function kindOf(schema: JsonSchema | undefined): string | undefined {
  if (schema === undefined) return undefined;
  const kinds = new Set<unknown>();
  for (
    const each of (schema["anyOf"] ?? schema["oneOf"] ?? [schema]) as JsonSchema[]
  ) {
    for (const kind of [each["type"]].flat()) {
      if (kind !== "null") kinds.add(kind);
    }
  }
  const [kind] = kinds;
  return kinds.size === 1 && typeof kind === "string" ? kind : undefined;
}
