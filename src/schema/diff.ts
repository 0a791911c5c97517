/**
 * The evolution check: which changes of a schema break programs that are already out there. It
 * judges the bytes; what changes in JSON, paths and source is noted beside.
 *
 * Messages carry neither types nor the size of an object, so a reader takes what stands at its
 * offsets for its fields.
 *
 * @module
 */

import type { Schema } from "./model.ts";
import type { SchemaChange } from "./diff_change.ts";
import { diffInterfaces } from "./diff_interface.ts";
import { diffStructs } from "./diff_struct.ts";
import { StructPairs } from "./diff_type.ts";

export type { Broken, SchemaChange } from "./diff_change.ts";

/**
 * Compares two versions of a schema.
 *
 * @param before The schema that programs out there use.
 * @param after The schema to come.
 * @returns All changes, breaking or not, in order of declaration; none if they mean the same.
 *
 * @example
 * ```ts
 * import { diffSchemas, parseSchema } from "@zap-proto/edge";
 *
 * const before = parseSchema("package p\nstruct A\n  X u32\n");
 * const after = parseSchema("package p\nstruct A\n  X u64\n");
 * for (const { where, what, breaks } of diffSchemas(before, after)) {
 *   console.log(where, what, breaks); // A.X type u32 became u64 [ "old readers", "new readers" ]
 * }
 * ```
 */
export function diffSchemas(before: Schema, after: Schema): SchemaChange[] {
  const changes: SchemaChange[] = [];
  if (before.package !== after.package) {
    const what = `package "${before.package}" became "${after.package}"`;
    changes.push({ where: "package", what, breaks: [], why: "the name is not on the wire" });
  }
  const pairs = new StructPairs(before, after);
  return [
    ...changes,
    ...diffStructs(before, pairs),
    ...diffInterfaces(before, after, pairs),
  ];
}

/** Whether any of the changes breaks anyone. */
export function isBreaking(changes: readonly SchemaChange[]): boolean {
  return changes.some(({ breaks }) => breaks.length > 0);
}
