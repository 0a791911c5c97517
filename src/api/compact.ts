/**
 * The same object without what is `undefined` or an empty list, as documents have no place for either.
 *
 * @param object The object.
 * @returns A copy.
 */
export function compact(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(object).filter(([, value]) =>
    value !== undefined && !(Array.isArray(value) && value.length === 0)
  );
  return Object.fromEntries(kept);
}
