/** The values with numbers for bigints: what peers take at their best. */

import { large, medium, small } from "../values.ts";

export const plainSmall = { ...small, id: Number(small.id) };
export const plainMedium = {
  ...medium,
  id: Number(medium.id),
  created: Number(medium.created),
};
export const plainLarge = {
  ...large,
  items: large.items.map((item) => ({ ...item, id: Number(item.id) })),
};
