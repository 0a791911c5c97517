import { readBody } from "./body.ts";
import type { RouteContext } from "./context.ts";
import { HttpError } from "./http_error.ts";
import type { Issue } from "./issue.ts";
import type { ApiLimits } from "./limits.ts";
import type { ParamSet } from "./inputs.ts";

/** Reads a form. */
export async function readForm(
  c: RouteContext,
  set: ParamSet,
  limits: ApiLimits,
  issues: Issue[],
): Promise<unknown> {
  await readBody(c.request, limits.maxFormBytes);
  throw new HttpError(501);
}
