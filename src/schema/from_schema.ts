/** Structs of a parsed schema, as if `struct()` had declared them. */

import type { Schema } from "./model.ts";
import { Plan } from "./plan.ts";
import { StructType } from "./struct.ts";

/**
 * The structs of a schema by name, each with codec and JSON mapping.
 *
 * @param schema A valid model, as the parser gives it.
 * @example
 * ```ts
 * import { type Schema, structsOf } from "@zap-proto/edge";
 *
 * const schema: Schema = {
 *   package: "notes",
 *   servers: [],
 *   aliases: [],
 *   structs: [{ name: "Tag", fields: [{ name: "Name", type: { kind: "text" }, offset: 0 }], size: 8 }],
 *   interfaces: [],
 * };
 * const Tag = structsOf(schema).get("Tag")!;
 * console.log(Tag.decode(Tag.encode({ name: "red" }))); // { name: "red" }
 * ```
 */
export function structsOf(
  schema: Pick<Schema, "structs">,
): ReadonlyMap<string, StructType<Record<string, unknown>>> {
  const structs = new Map<string, StructType<Record<string, unknown>>>();
  for (const model of schema.structs) {
    const nested = (i: number): Plan => {
      const { type } = model.fields[i]!;
      const of = type.kind === "list" ? type.of : type;
      return structs.get(of.kind === "struct" ? of.name : "")!.plan;
    };
    structs.set(
      model.name,
      new StructType<Record<string, unknown>>(model, new Plan(model, nested)),
    );
  }
  return structs;
}
