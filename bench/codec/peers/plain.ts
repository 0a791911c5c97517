/** The values with numbers for bigints: what peers take at their best. */

import { large, medium, small } from "../values.ts";

/** A value whose bigints are numbers. */
type Plain<T> = { [K in keyof T]: T[K] extends bigint ? number : T[K] };

export const plainSmall: Plain<typeof small> = {
  ...small,
  id: Number(small.id),
};
export const plainMedium: Plain<typeof medium> = {
  ...medium,
  id: Number(medium.id),
  created: Number(medium.created),
};
type Item = Plain<typeof large["items"][number]>;
export const plainLarge: Omit<typeof large, "items"> & { items: Item[] } = {
  ...large,
  items: large.items.map((item) => ({ ...item, id: Number(item.id) })),
};
