/** Which structs of two schemas are each other's versions, and whether types mean the same bytes. */

import type { Broken } from "./diff_change.ts";
import type { Schema, Struct, Type } from "./model.ts";

/** Both readers: whatever one side writes, the other misreads. */
export const BOTH_READERS: readonly Broken[] = ["old readers", "new readers"];

/** The structs of two schemas, matched by name, and then by layout: a new name is no new struct. */
export class StructPairs {
  /** Pairs in order of the old schema; `after` is missing for a removed struct. */
  readonly pairs: readonly { readonly before: Struct; readonly after: Struct | undefined }[];
  /** Structs that only the new schema has. */
  readonly added: readonly Struct[];
  /** New name by old name. */
  readonly #names = new Map<string, string>();

  /** Matches the structs of two schemas. */
  constructor(before: Schema, after: Schema) {
    const byName = new Map(after.structs.map((struct) => [struct.name, struct]));
    const left = new Set(after.structs);
    for (const { name } of before.structs) {
      const same = byName.get(name);
      if (!same) continue;
      left.delete(same);
      this.#names.set(name, name);
    }
    this.pairs = before.structs.map((struct) => {
      const same = byName.get(struct.name) ?? this.#renamed(struct, left);
      if (same) {
        left.delete(same);
        this.#names.set(struct.name, same.name);
      }
      return { before: struct, after: same };
    });
    this.added = [...left];
  }

  /** The new struct that has the same fields at the same places. */
  #renamed(struct: Struct, candidates: Iterable<Struct>): Struct | undefined {
    for (const candidate of candidates) {
      this.#names.set(struct.name, candidate.name); // it may contain itself
      const same = candidate.fields.length === struct.fields.length &&
        candidate.fields.every(({ name, offset, type }, i) => {
          const field = struct.fields[i]!;
          return field.name === name && field.offset === offset &&
            this.breaks(field.type, type).length === 0;
        });
      if (same) return candidate;
      this.#names.delete(struct.name);
    }
    return undefined;
  }

  /** Whether two struct names, one of each schema, name the same struct. */
  same(before: string, after: string): boolean {
    return this.#names.get(before) === after;
  }

  /** Who is broken when a slot of one type becomes one of another. */
  breaks(before: Type, after: Type): readonly Broken[] {
    if (before.kind === "list" && after.kind === "list") return this.breaks(before.of, after.of);
    if (before.kind === "struct" && after.kind === "struct") {
      return this.same(before.name, after.name) ? [] : BOTH_READERS;
    }
    if (before.kind === "bytes_fixed" && after.kind === "bytes_fixed") {
      return before.size === after.size ? [] : BOTH_READERS;
    }
    if (before.kind === after.kind) return [];
    // Any text is bytes; bytes that are no UTF-8 are damaged when read as text.
    if (before.kind === "text" && after.kind === "bytes") return ["old readers"];
    if (before.kind === "bytes" && after.kind === "text") return ["new readers"];
    return BOTH_READERS;
  }
}

/** A type as a message shows it. */
export function showType(type: Type): string {
  switch (type.kind) {
    case "list":
      return `list<${showType(type.of)}>`;
    case "struct":
      return type.name;
    case "bytes_fixed":
      return `bytes_fixed[${type.size}]`;
    default:
      return type.kind;
  }
}
