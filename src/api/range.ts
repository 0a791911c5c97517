/** A part of a file: first and last byte, both in it. */
export interface ByteRange {
  /** First byte. */
  readonly first: number;
  /** Last byte. */
  readonly last: number;
}

/**
 * Reads a `Range` field (RFC 9110 §14.2).
 *
 * @param field The field's value.
 * @param size The file's length.
 * @param maxRanges How many ranges are honoured.
 * @returns The ranges, overlapping ones joined; `"unsatisfiable"` if none is in the file; `undefined` for a field to be ignored.
 */
export function parseRange(
  field: string,
  size: number,
  maxRanges: number,
): readonly ByteRange[] | "unsatisfiable" | undefined {
  const match = /^bytes=([0-9,\- \t]+)$/i.exec(field);
  if (match === null) return undefined;
  const specs = match[1]!.split(",", maxRanges + 1);
  if (specs.length > maxRanges) return undefined;
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const parts = /^[ \t]*([0-9]*)-([0-9]*)[ \t]*$/.exec(spec);
    if (parts === null) return undefined;
    const [, from, to] = parts;
    if (from === "" && to === "") return undefined;
    if (from === "") {
      const length = Math.min(Number(to), size);
      if (length > 0) ranges.push({ first: size - length, last: size - 1 });
      continue;
    }
    // Digits beyond 2^53 lose precision, not their order: they are beyond any file.
    const first = Number(from);
    const last = to === "" ? Infinity : Number(to);
    if (last < first) return undefined;
    if (first < size) ranges.push({ first, last: Math.min(last, size - 1) });
  }
  return ranges.length === 0 ? "unsatisfiable" : join(ranges);
}

/** Joins what overlaps or touches (RFC 9110 §14.2, §15.3.7.2), so that no byte is sent twice. */
function join(ranges: readonly ByteRange[]): readonly ByteRange[] {
  if (ranges.length === 1) return ranges;
  const sorted = [...ranges].sort((a, b) => a.first - b.first);
  const out: ByteRange[] = [];
  for (const range of sorted) {
    const before = out.at(-1);
    if (before !== undefined && range.first <= before.last + 1) {
      out[out.length - 1] = {
        first: before.first,
        last: Math.max(before.last, range.last),
      };
    } else out.push(range);
  }
  return out;
}
