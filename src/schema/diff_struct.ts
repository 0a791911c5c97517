/** Changes of structs and their fields. */

import type { SchemaChange } from "./diff_change.ts";
import { BOTH_READERS, showType, type StructPairs } from "./diff_type.ts";
import { type Field, type Schema, slotWidth, type Struct } from "./model.ts";
import { lowerFirst } from "./names.ts";

/** All changes of structs, in order of the old schema, then the added ones. */
export function diffStructs(before: Schema, pairs: StructPairs): SchemaChange[] {
  const changes: SchemaChange[] = [];
  for (const { before: old, after } of pairs.pairs) {
    if (!after) {
      const why = "nothing reads or writes it any more";
      changes.push({ where: old.name, what: "struct removed", breaks: BOTH_READERS, why });
      continue;
    }
    if (old.name !== after.name) {
      const why = "the name is not on the wire; generated code and OpenAPI change";
      changes.push({ where: old.name, what: `struct renamed to ${after.name}`, breaks: [], why });
    }
    for (const change of diffFields(before, old, after, pairs)) changes.push(change);
  }
  for (const { name } of pairs.added) {
    changes.push({ where: name, what: "struct added", breaks: [] });
  }
  return changes;
}

function diffFields(
  schema: Schema,
  before: Struct,
  after: Struct,
  pairs: StructPairs,
): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const byName = new Map(after.fields.map((field) => [lowerFirst(field.name), field]));
  const kept = new Set<Field>();
  const oldNames = new Set(before.fields.map(({ name }) => lowerFirst(name)));
  const newAt = new Map(
    after.fields.filter(({ name }) => !oldNames.has(lowerFirst(name)))
      .map((field) => [field.offset, field]),
  );
  for (const field of before.fields) {
    const where = `${before.name}.${field.name}`;
    const there = newAt.get(field.offset);
    const renamed = there && pairs.breaks(field.type, there.type).length === 0 ? there : undefined;
    const same = byName.get(lowerFirst(field.name)) ?? renamed;
    if (!same) {
      changes.push({
        where,
        what: "field removed",
        breaks: ["old readers"],
        why: whyRemoved(field, after),
      });
      continue;
    }
    kept.add(same);
    changes.push(...diffField(where, field, same, pairs));
  }
  for (const field of after.fields) {
    if (!kept.has(field)) changes.push(addedField(schema, before, field));
  }
  if (
    changes.length === 0 &&
    before.fields.some(({ offset }, i) => after.fields[i]!.offset !== offset)
  ) {
    const why = "the same value gives other bytes, which mean the same";
    changes.push({ where: before.name, what: "fields declared in another order", breaks: [], why });
  }
  return changes;
}

function diffField(where: string, before: Field, after: Field, pairs: StructPairs): SchemaChange[] {
  const changes: SchemaChange[] = [];
  if (lowerFirst(before.name) !== lowerFirst(after.name)) {
    const why = "the name is not on the wire; JSON and generated code change";
    changes.push({ where, what: `field renamed to ${after.name}`, breaks: [], why });
  }
  if (before.offset !== after.offset) {
    const what = `offset @${before.offset} became @${after.offset}`;
    changes.push({ where, what, breaks: BOTH_READERS });
  }
  const [from, to] = [showType(before.type), showType(after.type)];
  const breaks = pairs.breaks(before.type, after.type);
  if (breaks.length > 0) changes.push({ where, what: `type ${from} became ${to}`, breaks });
  return changes;
}

function whyRemoved(field: Field, after: Struct): string {
  const over = after.fields.find((other) => overlap(field, other));
  if (over) return `they read bytes of ${over.name}`;
  return endOf(field) <= after.size
    ? "they read zero"
    : "they read what follows the shorter object";
}

function addedField(schema: Schema, before: Struct, field: Field): SchemaChange {
  const where = `${before.name}.${field.name}`;
  const what = `field added @${field.offset}`;
  const json = "JSON of the old form is refused";
  const over = before.fields.find((other) => overlap(field, other));
  if (over) return { where, what, breaks: ["new readers"], why: `they read bytes of ${over.name}` };
  if (endOf(field) <= before.size) {
    return { where, what, breaks: [], why: `in a gap: old messages have zeros there; ${json}` };
  }
  if (endsItsMessage(schema, before)) {
    return {
      where,
      what,
      breaks: [],
      why: `old messages end before it, so it reads as zero; ${json}`,
    };
  }
  const why = "objects carry no size: behind an old one stands other data, which they read";
  return { where, what, breaks: ["new readers"], why };
}

/** Whether nothing can follow the fixed section: no data of its own, and no object around it. */
function endsItsMessage(schema: Schema, struct: Struct): boolean {
  const flat = struct.fields.every(({ type: { kind } }) =>
    kind !== "text" && kind !== "bytes" && kind !== "list" && kind !== "struct"
  );
  return flat &&
    !schema.structs.some(({ fields }) =>
      fields.some(({ type }) => type.kind === "struct" && type.name === struct.name)
    );
}

function endOf({ offset, type }: Field): number {
  return offset + slotWidth(type);
}

function overlap(a: Field, b: Field): boolean {
  return a.offset < endOf(b) && b.offset < endOf(a);
}
