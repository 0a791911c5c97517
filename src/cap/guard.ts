/**
 * Checks the capability of a call before it is dispatched. Knows nothing of the transport: a method
 * number and the capability's bytes go in, a status comes out.
 */

import { equalBytes } from "../base/bytes.ts";
import { assertKnownOptions } from "../base/options.ts";
import type { CaveatContext } from "./caveat_rules.ts";
import { type CapChain, decodeChain } from "./chain.ts";
import { CapError, type CapErrorCode } from "./error.ts";
import { decodeToken } from "./token.ts";
import type { Verifier } from "./verifier.ts";

/** What a method asks of a call's capability. */
export interface GuardRule {
  /** The kind that the capability must have. */
  readonly kind: number;
  /** Bits of which the capability must have one. */
  readonly op: bigint;
  /** The target that it must be for, 32 bytes. */
  readonly target: Uint8Array;
  /**
   * Who may issue the chain's root: SHA-256 of their public keys. Default: every issuer that the
   * verifier knows, holders that only hand on included.
   */
  readonly roots?: readonly Uint8Array[];
}

/** What a server knows of a call beside its capability. */
export interface GuardedRequest {
  /** The caller as the transport knows it: SHA-256 of its public key. Without it, who has the token may use it. */
  readonly holder?: Uint8Array;
  /** The request, for caveats. */
  readonly context?: CaveatContext;
}

/** Why a call was refused: `no_rule` and `wrong_kind` beside the codes of `CapError`. */
export type GuardCode = CapErrorCode | "missing" | "no_rule" | "wrong_kind";

/** The guard's answer: 200 passes; the code is for the log, never for the caller. */
export type GuardVerdict =
  | { readonly status: 200 }
  | { readonly status: 401 | 403; readonly code: GuardCode };

/** What a guard needs. */
export interface CapGuardOptions {
  /** Checks the chain. */
  readonly verifier: Verifier;
  /** What each method asks; `"open"` asks nothing. A method without a rule is refused. */
  readonly rules: Readonly<Record<number, GuardRule | "open">>;
  /** Told of each refusal. */
  readonly log?: (
    refusal: {
      readonly method: number;
      readonly status: 401 | 403;
      readonly code: GuardCode;
    },
  ) => void;
}

/**
 * Checks a call. Rejected only if `log` throws.
 *
 * @param method The method's number.
 * @param cap A capability, or a chain of `encodeChain`, or the text of `encodeToken`; empty if the
 * call has none.
 * @param request What else is known of the call.
 */
export type CapGuard = (
  method: number,
  cap: Uint8Array | string,
  request?: GuardedRequest,
) => Promise<GuardVerdict>;

/** Refusals of a capability that is authentic but not enough; all others mean that nothing is proven. */
const FORBIDDEN: ReadonlySet<GuardCode> = new Set<GuardCode>([
  "op_not_permitted",
  "target_mismatch",
  "holder_mismatch",
  "caveat_violation",
  "no_rule",
  "wrong_kind",
]);

/**
 * A guard for a server: checks a call's capability, with its caveats, before the call is dispatched.
 * 401 says that no valid capability was shown, 403 that it does not allow this; the caller is told
 * no more.
 *
 * @param options The verifier, the rules by method, and a log.
 * @throws {TypeError} For an unknown option, or a rule that nobody could keep.
 *
 * @example
 * ```ts
 * import { capGuard, CapKind, Verifier } from "@zap-proto/edge/cap";
 *
 * const guard = capGuard({
 *   verifier: new Verifier(),
 *   rules: { 1: { kind: CapKind.KMSSign, op: 1n, target: new Uint8Array(32) }, 2: "open" },
 * });
 * console.log((await guard(1, new Uint8Array(0))).status); // 401
 * console.log((await guard(2, new Uint8Array(0))).status); // 200
 * ```
 */
export function capGuard(options: CapGuardOptions): CapGuard {
  assertKnownOptions(options, ["verifier", "rules", "log"], "capGuard");
  const rules = new Map(
    Object.entries(options.rules).map(([method, rule]) => {
      assertRule(method, rule);
      return [Number(method), rule];
    }),
  );
  return async (method, cap, request = {}) => {
    const rule = rules.get(method);
    if (rule === "open") return { status: 200 };
    const code = rule ? await check(options.verifier, rule, cap, request) : "no_rule";
    if (code === undefined) return { status: 200 };
    const status = FORBIDDEN.has(code) ? 403 : 401;
    options.log?.({ method, status, code });
    return { status, code };
  };
}

/** A rule that nobody can keep, or whose misspelt part nobody reads, is a mistake of the server's. */
function assertRule(method: string, rule: GuardRule | "open"): void {
  const what = `the rule of method ${method}`;
  if (!/^[1-9][0-9]*$/.test(method) || Number(method) > 0xffff_ffff) {
    throw new TypeError(`Cannot guard: "${method}" is no method's ordinal`);
  }
  if (rule === "open") return;
  if (typeof rule !== "object" || rule === null) {
    throw new TypeError(`Cannot guard: ${what} is neither "open" nor { kind, op, target }`);
  }
  assertKnownOptions(rule, ["kind", "op", "target", "roots"], what);
  const { kind, op, target, roots = [] } = rule;
  if (!Number.isInteger(kind)) throw new TypeError(`Cannot guard: ${what} has no kind`);
  if (typeof op !== "bigint" || op <= 0n) {
    throw new TypeError(`Cannot guard: ${what} must have bits in "op", such as 1n`);
  }
  for (const hash of [target, ...roots]) {
    if (hash instanceof Uint8Array && hash.length === 32) continue;
    throw new TypeError(`Cannot guard: target and roots in ${what} must be 32 bytes`);
  }
}

async function check(
  verifier: Verifier,
  rule: GuardRule,
  cap: Uint8Array | string,
  request: GuardedRequest,
): Promise<GuardCode | undefined> {
  if (cap.length === 0) return "missing";
  let presented: CapChain;
  try {
    presented = typeof cap === "string" ? decodeToken(cap) : decodeChain(cap);
  } catch (error) {
    // Whatever it was that could not be decoded, it proves nothing.
    return error instanceof CapError ? error.code : "bad_magic";
  }
  const { leaf, chain } = presented;
  const holder = request.holder ?? leaf.holder();
  const context = request.context ?? {};
  const { op, target, roots } = rule;
  const issuer = (chain.at(-1) ?? leaf).issuer();
  if (roots && !roots.some((root) => equalBytes(root, issuer))) return "issuer_unknown";
  if (leaf.kind() === rule.kind) {
    return (await verifier.verifyChain(
      leaf,
      chain,
      op,
      target,
      holder,
      undefined,
      context,
    ))?.code;
  }
  // The kind is looked at once the token is proven, so that a forger learns nothing by it.
  const refusal = await verifier.verifyChain(
    leaf,
    chain,
    op,
    leaf.target(),
    leaf.holder(),
  );
  return refusal && !FORBIDDEN.has(refusal.code) ? refusal.code : "wrong_kind";
}
