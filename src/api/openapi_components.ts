import { compact } from "./compact.ts";
import type { JsonSchema } from "./standard_schema.ts";

/** A name as OpenAPI 3.1 allows it for components. */
function componentName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, "_");
}

/** Components of one kind, by name. */
type Named = Map<string, { readonly value: JsonSchema; readonly text: string }>;

function isFree(named: Named, name: string, text: string): boolean {
  return (named.get(name)?.text ?? text) === text;
}

/** Adds a component under a name that is free or has this very value; answers the name. */
function addTo(named: Named, name: string, value: JsonSchema): string {
  const text = JSON.stringify(value);
  let free = name = componentName(name);
  for (let n = 2; !isFree(named, free, text); n++) free = `${name}_${n}`;
  named.set(free, { value, text });
  return free;
}

function jsonOf(named: Named): JsonSchema | undefined {
  const entries = [...named].map(([name, { value }]) => [name, value]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What the document names once and refers to. */
export class Components {
  readonly #schemas: Named = new Map();
  readonly #security: Named = new Map();

  /** Adds a named schema; a different one of the same name gets a number. Answers the reference. */
  addSchema(name: string, schema: JsonSchema): JsonSchema {
    return { $ref: Components.reference(addTo(this.#schemas, name, schema)) };
  }

  /** Whether a schema may have a name: it is free, or has this very schema. */
  offer(name: string, schema: JsonSchema): boolean {
    return isFree(this.#schemas, componentName(name), JSON.stringify(schema));
  }

  /** The reference to a named schema. */
  static reference(name: string): string {
    return `#/components/schemas/${componentName(name)}`;
  }

  /** Adds a security scheme; a different one of the same name gets a number. Answers its name. */
  addSecurity(name: string, scheme: JsonSchema): string {
    return addTo(this.#security, name, scheme);
  }

  /** The document's `components`; `undefined` if there are none. */
  toJson(): JsonSchema | undefined {
    if (this.#schemas.size + this.#security.size === 0) return undefined;
    return compact({
      schemas: jsonOf(this.#schemas),
      securitySchemes: jsonOf(this.#security),
    });
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
  const defs = Object.entries(($defs ?? {}) as Record<string, JsonSchema>);
  const refs = new Map(defs.map(([name]) => [`#/$defs/${name}`, name]));
  const moved = (value: unknown): unknown => move(value, refs, components);
  // A definition whose name another schema has gets a number, and with it all that refer to it change.
  for (let n = 2;; n++) {
    const taken = defs.filter(([name, def]) =>
      !components.offer(refs.get(`#/$defs/${name}`)!, moveChildren(def, moved))
    );
    if (taken.length === 0) break;
    for (const [name] of taken) refs.set(`#/$defs/${name}`, `${name}_${n}`);
  }
  for (const [name, def] of defs) {
    components.addSchema(refs.get(`#/$defs/${name}`)!, moveChildren(def, moved));
  }
  return moved(rest) as JsonSchema;
}

function move(
  value: unknown,
  refs: ReadonlyMap<string, string>,
  components: Components,
): unknown {
  const each = (child: unknown): unknown => move(child, refs, components);
  if (Array.isArray(value)) return value.map(each);
  if (typeof value !== "object" || value === null) return value;
  // A schema with definitions of its own inside another: its references are to those.
  if ("$defs" in value) return toComponent(value as JsonSchema, components);
  const schema = moveChildren(value as JsonSchema, each);
  const name = typeof schema["$ref"] === "string" ? refs.get(schema["$ref"]) : undefined;
  if (name !== undefined) {
    return { ...schema, $ref: Components.reference(name) };
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
    // The keys of `properties` are a user's names, whatever they look like.
    if (key === "properties") out[key] = mapValues(child as JsonSchema, each);
    else out[key] = DATA.has(key) ? child : each(child);
  }
  return out;
}

function mapValues(object: JsonSchema, each: (value: unknown) => unknown): JsonSchema {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, each(value)]));
}
