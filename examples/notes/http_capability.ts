/** The capability of an HTTP request: `Authorization: Zap <token>`, or `Bearer <token>`. */

import { CapError, decodeAuthorization, encodeChain } from "../../cap.ts";
import { HttpError, Security } from "../../src/api/mod.ts";
import type { Authority } from "./authority.ts";

const NONE = new Uint8Array(0);

/** Lets a request pass if its capability allows a method of `notes.zap`. */
export function capability({ guard }: Authority, method: number): Security<void> {
  const document = {
    name: "capability",
    scheme: {
      type: "http",
      // The page at /docs knows this scheme, so its "Authorize" takes a capability.
      scheme: "bearer",
      bearerFormat: "zap-cap",
      description: "A capability of this service; start-up prints one.",
    },
    scopes: [],
  };
  return new Security<void>(document, async (c) => {
    const header = c.request.headers.get("authorization")?.replace(/^bearer /i, "Zap ");
    const { status } = await guard(method, presented(header));
    if (status === 401) {
      throw new HttpError(401, { headers: { "www-authenticate": 'Zap realm="notes"' } });
    }
    if (status === 403) throw new HttpError(403, { detail: "The capability does not allow this" });
  });
}

/** The capability's bytes as the guard takes them; none for what is not a capability. */
function presented(header: string | undefined): Uint8Array {
  try {
    const shown = decodeAuthorization(header);
    return shown ? encodeChain(shown.leaf, shown.chain) : NONE;
  } catch (error) {
    if (error instanceof CapError) return NONE;
    throw error;
  }
}
