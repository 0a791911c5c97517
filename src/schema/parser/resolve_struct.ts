/** A struct's fields: types, offsets, and what stands in each other's way. */

import { type Field, MAX_STRUCT_BYTES, slotWidth, type Struct } from "../model.ts";
import { lowerFirst } from "../names.ts";
import { docOf } from "./comments.ts";
import { refuseProto, title, Unique } from "./names_table.ts";
import { type Problems, quote } from "./problems.ts";
import type { TypeResolver } from "./resolve_type.ts";
import type { FieldSyntax, StructSyntax } from "./syntax.ts";

/** A field with its place. */
interface Placed {
  readonly field: Field;
  readonly syntax: FieldSyntax;
  readonly index: number;
  readonly end: number;
}

/** The struct that is meant, as far as it could be read. */
export function resolveStruct(
  struct: StructSyntax,
  types: TypeResolver,
  problems: Problems,
): Struct {
  const { items, broken } = struct.body;
  if (items.length === 0 && !broken && struct.name.text !== "") {
    problems.add("empty_struct", struct.name, `Expected a field in ${title(struct)}, found none`);
  }
  const names = new Unique(problems, lowerFirst, "property", "field", ` of ${title(struct)}`);
  const placed: Placed[] = [];
  let complete = !broken;
  let cursor = 0;
  for (const syntax of items) {
    names.add(syntax.name);
    if (syntax.name.text === "__proto__") refuseProto("field", syntax.name, problems);
    if (syntax.offset && syntax.offset.value > MAX_STRUCT_BYTES) {
      const of = `field ${quote(syntax.name.text)}`;
      const message =
        `Expected an offset of 0 to ${MAX_STRUCT_BYTES} for ${of}, found ${syntax.offset.text}`;
      problems.add("size", syntax.offset, message);
      complete = false;
      continue;
    }
    const type = types.resolve(syntax.type, "field", syntax.name.text);
    if (!type) {
      complete = false;
      continue;
    }
    const offset = syntax.offset?.value ?? cursor;
    const doc = docOf(syntax.leading, syntax.trailing);
    cursor = offset + slotWidth(type);
    const field = { name: syntax.name.text, type, offset, ...(doc !== undefined && { doc }) };
    placed.push({ field, syntax, index: placed.length, end: cursor });
  }
  // Where a field is missing, the places of those after it are not known.
  if (complete) {
    reportSize(struct, placed, problems);
    reportOverlaps(placed, problems);
  }
  const doc = docOf(struct.leading);
  return {
    name: struct.name.text,
    fields: placed.map(({ field }) => field),
    size: placed.reduce((size, { end }) => Math.max(size, end), 0),
    ...(doc !== undefined && { doc }),
  };
}

function reportSize(struct: StructSyntax, placed: readonly Placed[], problems: Problems): void {
  const over = placed.find(({ end }) => end > MAX_STRUCT_BYTES);
  if (!over) return;
  const message = `Expected ${title(struct)} to end at byte ${MAX_STRUCT_BYTES} or before, ` +
    `found field ${quote(over.field.name)} ending at ${over.end}`;
  problems.add("size", over.syntax.name, message);
}

function reportOverlaps(placed: readonly Placed[], problems: Problems): void {
  const byOffset = [...placed].sort((a, b) => a.field.offset - b.field.offset);
  let furthest: Placed | undefined;
  for (const next of byOffset) {
    if (furthest && next.field.offset < furthest.end) {
      const [first, second] = next.index > furthest.index ? [furthest, next] : [next, furthest];
      const message = `Field ${range(second)} overlaps field ${range(first)}`;
      problems.add("overlap", second.syntax.offset ?? second.syntax.name, message);
    }
    if (!furthest || next.end > furthest.end) furthest = next;
  }
}

function range({ field, end }: Placed): string {
  const bytes = end === field.offset + 1
    ? `byte ${field.offset}`
    : `bytes ${field.offset} to ${end - 1}`;
  return `${quote(field.name)} (${bytes})`;
}
