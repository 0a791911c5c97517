/** From a struct's declaration to its model: offsets, and the rules of schema.md. */

import { assertFieldSpec, type FieldSpec } from "./field_type.ts";
import { type Field, MAX_STRUCT_BYTES, slotWidth, type Struct } from "./model.ts";
import { lowerFirst } from "./names.ts";

const STRUCT_NAME = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Lays a struct out: a field follows the end of the one before, unless it has an offset.
 *
 * @throws {TypeError} For a name that cannot be one, a property declared twice, no fields, or fields that overlap.
 * @throws {RangeError} For an offset or a size over 2^20.
 */
export function layOut(name: string, declared: Readonly<Record<string, FieldSpec>>): Struct {
  const where = `Cannot declare struct "${name}"`;
  if (!STRUCT_NAME.test(name) || name === "__proto__") {
    throw new TypeError(`${where}: that is not a name`);
  }
  const fields: Field[] = [];
  const properties = new Map<string, string>();
  let cursor = 0;
  let size = 0;
  for (const [key, spec] of Object.entries(declared)) {
    const property = lowerFirst(key);
    if (!FIELD_NAME.test(key) || property === "__proto__") {
      throw new TypeError(`${where}: "${key}" is not a field's name`);
    }
    const twin = properties.get(property);
    if (twin !== undefined) {
      throw new TypeError(`${where}: "${twin}" and "${key}" are the same property "${property}"`);
    }
    properties.set(property, key);
    assertFieldSpec(spec, `${where}: field "${key}"`);
    const offset = spec.offset ?? cursor;
    cursor = offset + slotWidth(spec.type);
    if (!Number.isInteger(offset) || offset < 0 || cursor > MAX_STRUCT_BYTES) {
      throw new RangeError(
        `${where}: "${key}" at ${offset} is not within 0 to ${MAX_STRUCT_BYTES}`,
      );
    }
    fields.push({ name: key, type: spec.type, offset });
    size = Math.max(size, cursor);
  }
  if (fields.length === 0) throw new TypeError(`${where}: it has no fields`);
  refuseOverlap(where, fields);
  return { name, fields, size };
}

function refuseOverlap(where: string, fields: readonly Field[]): void {
  const sorted = fields.toSorted((a, b) => a.offset - b.offset);
  sorted.forEach((field, i) => {
    const before = sorted[i - 1];
    if (before && before.offset + slotWidth(before.type) > field.offset) {
      throw new TypeError(`${where}: "${before.name}" and "${field.name}" overlap`);
    }
  });
}
