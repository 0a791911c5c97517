import type { JsonSchema } from "./standard_schema.ts";

/** What the document names once and refers to. */
export class Components {
  readonly #schemas: Map<
    string,
    { readonly schema: JsonSchema; readonly text: string }
  > = new Map();
  readonly #security: Map<string, JsonSchema> = new Map();

  /** Adds a named schema; a different one of the same name gets a number. Answers the reference. */
  addSchema(name: string, schema: JsonSchema): JsonSchema {
    const text = JSON.stringify(schema);
    const base = name.replace(/[^A-Za-z0-9._-]/g, "_");
    for (let n = 1;; n++) {
      const candidate = n === 1 ? base : `${base}_${n}`;
      const known = this.#schemas.get(candidate);
      if (known === undefined) this.#schemas.set(candidate, { schema, text });
      else if (known.text !== text) continue;
      return { $ref: `#/components/schemas/${candidate}` };
    }
  }

  /** Adds a security scheme. */
  addSecurity(name: string, scheme: JsonSchema): void {
    this.#security.set(name, scheme);
  }

  /** The document's `components`. */
  toJson(): JsonSchema {
    return {
      ...(this.#schemas.size === 0 ? {} : {
        schemas: Object.fromEntries(
          [...this.#schemas].map(([name, { schema }]) => [name, schema]),
        ),
      }),
      ...(this.#security.size === 0 ? {} : {
        securitySchemes: Object.fromEntries(this.#security),
      }),
    };
  }
}

/**
 * A schema as the document has it: objects with a title become components, and a vendor's own
 * `$defs` move there with their references.
 *
 * @param schema The schema.
 * @param components Where named ones go.
 * @returns The schema, or a reference.
 */
export function toComponent(
  schema: JsonSchema,
  components: Components,
): JsonSchema {
  const { $defs, $schema: _, ...rest } = schema;
  const names = new Map<string, string>();
  for (const name of Object.keys(($defs ?? {}) as object)) {
    names.set(`#/$defs/${name}`, name);
  }
  const moved = (value: unknown): unknown => move(value, names, components);
  for (
    const [name, def] of Object.entries(
      ($defs ?? {}) as Record<string, JsonSchema>,
    )
  ) {
    components.addSchema(name, moveChildren(def, moved));
  }
  return moved(rest) as JsonSchema;
}

function move(
  value: unknown,
  names: ReadonlyMap<string, string>,
  components: Components,
): unknown {
  const each = (child: unknown): unknown => move(child, names, components);
  if (Array.isArray(value)) return value.map(each);
  if (typeof value !== "object" || value === null) return value;
  const schema = moveChildren(value as JsonSchema, each);
  const name = typeof schema["$ref"] === "string" ? names.get(schema["$ref"]) : undefined;
  if (name !== undefined) {
    return { ...schema, $ref: `#/components/schemas/${name}` };
  }
  const title = schema["title"];
  return typeof title === "string" && schema["type"] === "object"
    ? components.addSchema(title, schema)
    : schema;
}

/** Values that are data, not schemas. */
const DATA: ReadonlySet<string> = new Set([
  "default",
  "example",
  "examples",
  "enum",
  "const",
]);

function moveChildren(
  schema: JsonSchema,
  each: (child: unknown) => unknown,
): JsonSchema {
  const out: JsonSchema = {};
  for (const [key, child] of Object.entries(schema)) {
    out[key] = DATA.has(key) ? child : each(child);
  }
  return out;
}
