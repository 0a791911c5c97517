/** Types that mention other types: lists, and structs that are declared later. */

import type { List } from "../wire/list.ts";
import { assertFieldSpec, type FieldSpec, FieldType, type FieldTypes } from "./field_type.ts";
import type { StructType } from "./struct.ts";

/** A type of a list's elements; a struct in a list is never null. */
export type ElementOf<F extends FieldSpec, K extends keyof FieldTypes> = NonNullable<
  NonNullable<F["~types"]>[K]
>;

/**
 * A list of a type. A list of lists has no layout.
 *
 * @throws {TypeError} If the elements are lists, or have an offset.
 * @example
 * ```ts
 * import { list, struct, text } from "@zap-proto/edge";
 *
 * const Tags = struct("Tags", { names: list(text) });
 * ```
 */
export function list<F extends FieldSpec>(
  of: F,
): FieldType<readonly ElementOf<F, "in">[], ElementOf<F, "out">[], List<ElementOf<F, "view">>> {
  assertFieldSpec(of, "Cannot declare list");
  if (of.type.kind === "list") {
    throw new TypeError("Cannot declare list of lists: it has no layout; put the list in a struct");
  }
  if (of.offset !== undefined) {
    throw new TypeError("Cannot declare list: its elements have no offset; give it to the list");
  }
  return new FieldType({ kind: "list", of: of.type }, of.struct);
}

/**
 * A struct that is declared later, or that contains itself.
 *
 * @example
 * ```ts
 * import { list, ref, struct, type StructType, text } from "@zap-proto/edge";
 *
 * interface Tree {
 *   name: string;
 *   children: Tree[];
 * }
 * const Tree: StructType<Tree> = struct("Tree", {
 *   name: text,
 *   children: list(ref("Tree", () => Tree)),
 * });
 * ```
 */
export function ref<Out, In, View>(
  name: string,
  declared: () => StructType<Out, In, View>,
): FieldType<In | null, Out | null, View> {
  return new FieldType<In | null, Out | null, View>({ kind: "struct", name }, declared);
}
