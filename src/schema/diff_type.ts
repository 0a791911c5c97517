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
  readonly #before: ReadonlyMap<string, Struct>;
  readonly #after: ReadonlyMap<string, Struct>;
  /** New name by old name, and the other way. */
  readonly #names = new Map<string, string>();
  readonly #oldNames = new Map<string, string>();

  /** Matches the structs of two schemas. */
  constructor(before: Schema, after: Schema) {
    this.#before = new Map(before.structs.map((struct) => [struct.name, struct]));
    this.#after = new Map(after.structs.map((struct) => [struct.name, struct]));
    for (const { name } of before.structs) if (this.#after.has(name)) this.#pair(name, name);
    for (const { name } of before.structs) {
      if (this.#names.has(name)) continue;
      after.structs.some((candidate) =>
        !this.#oldNames.has(candidate.name) && this.#rename(name, candidate.name)
      );
    }
    this.pairs = before.structs.map((struct) => {
      const name = this.#names.get(struct.name);
      return { before: struct, after: name === undefined ? undefined : this.#after.get(name) };
    });
    this.added = after.structs.filter(({ name }) => !this.#oldNames.has(name));
  }

  #pair(before: string, after: string): void {
    this.#names.set(before, after);
    this.#oldNames.set(after, before);
  }

  /**
   * Pairs two structs that have the same fields at the same places, with the structs that they
   * mention, which may have new names too; pairs nothing if they differ.
   */
  #rename(before: string, after: string): boolean {
    const trial: [before: string, after: string][] = [];
    const suppose = (before: string, after: string): void => {
      if (this.#names.has(before) || this.#oldNames.has(after)) return;
      this.#pair(before, after);
      trial.push([before, after]);
    };
    suppose(before, after);
    for (const [from, to] of trial) {
      const [fields, others] = [this.#before.get(from)!.fields, this.#after.get(to)!.fields];
      const same = fields.length === others.length && fields.every((field, i) => {
        const other = others[i]!;
        const [mentioned, instead] = [structIn(field.type), structIn(other.type)];
        if (mentioned !== undefined && instead !== undefined) suppose(mentioned, instead);
        return field.name === other.name && field.offset === other.offset &&
          this.breaks(field.type, other.type).length === 0;
      });
      if (same) continue;
      for (const [from, to] of trial) {
        this.#names.delete(from);
        this.#oldNames.delete(to);
      }
      return false;
    }
    return true;
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

/** The struct that a type mentions, if any. */
function structIn(type: Type): string | undefined {
  if (type.kind === "list") return structIn(type.of);
  return type.kind === "struct" ? type.name : undefined;
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
