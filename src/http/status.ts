import { REASON_PHRASES } from "../base/reason_phrases.ts";

/** The reason of a status; of one that is not registered, its class's. */
export function reasonOf(status: number): string {
  return REASON_PHRASES[status] ??
    ["", "Informational", "Success", "Redirection", "Client Error", "Server Error"][
      Math.trunc(status / 100)
    ] ?? "";
}
