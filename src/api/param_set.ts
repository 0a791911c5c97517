import {
  type AnySchema,
  isStandardSchema,
  type JsonSchema,
  type Shape,
} from "./standard_schema.ts";
import { ObjectType } from "./types/object.ts";
import { StandardType, toType } from "./types/to_type.ts";
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
    return { params: toParams(type.shape as Shape), whole: undefined, open: false };
  }
  const json = type.jsonSchema();
  const properties = json["properties"] as Record<string, JsonSchema> | undefined;
  if (properties === undefined) return { params: [], whole: type, open: true };
  const required = (json["required"] ?? []) as string[];
  const params = Object.entries(properties).map(([key, schema]) => ({
    key,
    name: nameOf(key),
    type: new PropertyType(schema, required.includes(key)),
  }));
  return { params, whole: type, open: false };
}

/** Only coerces, by the JSON Schema of one property; the whole schema checks. */
class PropertyType extends StandardType {
  readonly #required: boolean;

  constructor(json: JsonSchema, required: boolean) {
    const ofJson = () => json;
    super({
      "~standard": {
        version: 1,
        vendor: "zap-edge",
        validate: (value) => ({ value }),
        jsonSchema: { input: ofJson, output: ofJson },
      },
    });
    this.#required = required;
  }

  // An empty text is a value where one is required.
  override get isOptional(): boolean {
    return !this.#required;
  }
}
