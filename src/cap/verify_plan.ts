/**
 * The order of the checks (spec: capabilities.md, "Rules"). Only decides: what costs a hash or a
 * signature is written down as a step, so that the steps can run side by side and the verdict is
 * still that of the first check that fails.
 */

import { areZero } from "./layout.ts";
import { equalBytes } from "../base/bytes.ts";
import type { Cap } from "./cap.ts";
import { CapError, type CapErrorCode } from "./error.ts";
import { isDelegable } from "./issue.ts";
import { CaveatKind } from "./kinds.ts";

/** A capability in a verification: a private copy, and what is known of it already. */
export interface Link {
  /** The capability. Nobody else can change its bytes. */
  readonly cap: Cap;
  /** Its signature has been checked before. */
  readonly proof: Proof | undefined;
}

/** That a capability's signature verifies: a fact about its bytes, which no time and no policy changes. */
export interface Proof {
  /** The capability, on bytes of its own. */
  readonly cap: Cap;
  /** The public key that hashes to its issuer and verifies its signature. */
  readonly key: Uint8Array;
}

/** A check that costs a hash or a signature. */
export type Step =
  | { readonly check: "authentic"; readonly link: Link }
  | { readonly check: "parent"; readonly child: Cap; readonly link: Link };

/** The steps, and the cheap check that fails after them, if one does. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly refusal: CapError | null;
}

/** What the holder of a chain wants to do. */
export interface ChainRequest {
  readonly op: bigint;
  readonly target: Uint8Array;
  readonly holder: Uint8Array;
}

/** Plans `verify` (one link, no request) and `verifyChain` (leaf first, root last). */
export function planVerification(
  links: readonly Link[],
  request: ChainRequest | undefined,
  now: bigint,
): Plan {
  const steps: Step[] = [];
  const code = plan(links, request, now, steps);
  return { steps, refusal: code === undefined ? null : new CapError(code) };
}

function plan(
  links: readonly Link[],
  request: ChainRequest | undefined,
  now: bigint,
  steps: Step[],
): CapErrorCode | undefined {
  const leaf = links[0]!;
  const refusal = checkAlone(leaf, now, steps) ??
    (request && checkRequest(leaf.cap, request));
  if (refusal || !request) return refusal;
  for (let i = 1; i < links.length; i++) {
    const child = links[i - 1]!.cap;
    const link = links[i]!;
    steps.push({ check: "parent", child, link });
    const broken = checkAlone(link, now, steps) ??
      checkLink(child, link.cap, request);
    if (broken) return broken;
  }
  return areZero(links.at(-1)!.cap.parent(), 0, 32) ? undefined : "chain_broken";
}

function checkAlone(
  link: Link,
  now: bigint,
  steps: Step[],
): CapErrorCode | undefined {
  const { cap } = link;
  for (const { kind } of cap.caveats()) {
    if (kind > CaveatKind.NonceHash) return "unknown_caveat";
  }
  const expiresAt = cap.expiresAt();
  if (expiresAt !== 0n && now > expiresAt) return "expired";
  steps.push({ check: "authentic", link });
  return undefined;
}

function checkRequest(
  leaf: Cap,
  request: ChainRequest,
): CapErrorCode | undefined {
  if (!equalBytes(leaf.target(), request.target)) return "target_mismatch";
  if (!equalBytes(leaf.holder(), request.holder)) return "holder_mismatch";
  return (leaf.permissions() & request.op) === 0n ? "op_not_permitted" : undefined;
}

function checkLink(
  child: Cap,
  link: Cap,
  request: ChainRequest,
): CapErrorCode | undefined {
  if ((child.permissions() & ~link.permissions()) !== 0n) {
    return "perms_exceed_parent";
  }
  if (!equalBytes(child.issuer(), link.holder())) return "chain_broken";
  if (!isDelegable(link)) return "not_delegable";
  if (!equalBytes(link.target(), request.target)) return "target_mismatch";
  // Ours, the reference does not look: the same bits mean another thing for another kind.
  return child.kind() === link.kind() ? undefined : "chain_broken";
}
