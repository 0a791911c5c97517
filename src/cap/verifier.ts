import { copyBytes, equalBytes } from "../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { assertKnownOptions } from "../base/options.ts";
import { Authenticity, type IsRevoked, type IssuerKey } from "./authenticity.ts";
import type { Cap } from "./cap.ts";
import { type CaveatContext, CaveatRules, type CaveatRulesOptions } from "./caveat_rules.ts";
import { CapError } from "./error.ts";
import { Hooks } from "./hooks.ts";
import { IssuerKeys } from "./issuer_keys.ts";
import { SIG_SIZE } from "./layout.ts";
import { CACHED_PROOFS, HOOK_TIMEOUT_MS, MAX_CHAIN } from "./limits.ts";
import { type Revocation, revocationPayload } from "./revocation.ts";
import { type SchemeVerify, SignatureCheck } from "./signature_check.ts";
import { asSeconds, systemSeconds } from "./time.ts";
import { type ChainRequest, type Link, planVerification } from "./verify_plan.ts";

/** What a verifier believes, and what it asks. */
export interface VerifierOptions {
  /** Answers issuers' keys. Without it every issuer is unknown. */
  readonly issuerKey?: IssuerKey;
  /** Tells revoked capabilities. Without it nothing is revoked. */
  readonly isRevoked?: IsRevoked;
  /** Verifies schemes beyond Ed25519. Without it they are refused. */
  readonly schemeVerify?: SchemeVerify;
  /**
   * How caveats are evaluated. If it is given, even empty, caveats are evaluated in every
   * verification; else in those that are given a context.
   */
  readonly caveats?: CaveatRulesOptions;
  /** The time where none is given, Unix seconds. Default: the machine's. */
  readonly now?: () => bigint;
  /** Links above the leaf, at most. Default 16. */
  readonly maxChain?: number;
  /** Milliseconds to wait for an answer of one of the functions above, up to 2^31 - 1. Default 5000. */
  readonly timeoutMs?: number;
  /** Capabilities remembered as validly signed. Default 1024, some 4 MB; 0 remembers none. */
  readonly cacheSize?: number;
  /** Timers, for tests. Default: the machine's. */
  readonly clock?: Clock;
}

/** Longest timer that every runtime takes for what it is: a longer one would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const OPTIONS: readonly (keyof VerifierOptions)[] = [
  "issuerKey",
  "isRevoked",
  "schemeVerify",
  "caveats",
  "now",
  "maxChain",
  "timeoutMs",
  "cacheSize",
  "clock",
];

/**
 * Checks capabilities, offline but for what its options ask. Answers `null` for a capability that
 * holds, and a `CapError` for every other; never throws for a bad capability.
 *
 * That a signature verifies is remembered, so that a capability seen before costs no cryptography;
 * expiry, revocation, the issuer's key, permissions and caveats are checked each time.
 *
 * @example
 * ```ts
 * import { CapKind, Ed25519Signer, issue, Verifier } from "@zap-proto/edge/cap";
 *
 * const owner = await Ed25519Signer.generate();
 * const cap = await issue({ kind: CapKind.KMSSign, permissions: 1n }, owner);
 * const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
 * console.log(await verifier.verify(cap)); // null
 * ```
 */
export class Verifier {
  readonly #signatures: SignatureCheck;
  readonly #keys: IssuerKeys = new IssuerKeys();
  readonly #authenticity: Authenticity;
  readonly #caveats: CaveatRules;
  readonly #alwaysEvaluates: boolean;
  readonly #now: () => bigint;
  readonly #maxChain: number;

  /**
   * Makes a verifier with caches of its own.
   *
   * @param options What it believes and asks.
   * @throws {TypeError} For an option that nobody reads.
   * @throws {RangeError} For a number that is no limit: `NaN` would be none.
   */
  constructor(options: VerifierOptions = {}) {
    assertKnownOptions(options, OPTIONS, "Verifier");
    for (const name of ["maxChain", "timeoutMs", "cacheSize"] as const) {
      const value = options[name];
      const most = name === "timeoutMs" ? MAX_TIMER_MS : Number.MAX_SAFE_INTEGER;
      if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) continue;
      throw new RangeError(
        `Cannot make verifier: "${name}" must be an integer within 0 and ${most}, not ${value}`,
      );
    }
    const hooks = new Hooks(
      options.timeoutMs ?? HOOK_TIMEOUT_MS,
      options.clock ?? SYSTEM_CLOCK,
    );
    this.#signatures = new SignatureCheck(options.schemeVerify, hooks);
    const { issuerKey, isRevoked } = options;
    this.#authenticity = new Authenticity(
      {
        issuerKey,
        isRevoked,
        signatures: this.#signatures,
        keys: this.#keys,
        hooks,
      },
      options.cacheSize ?? CACHED_PROOFS,
    );
    this.#caveats = new CaveatRules(options.caveats ?? {}, hooks);
    this.#alwaysEvaluates = options.caveats !== undefined;
    this.#now = options.now ?? systemSeconds;
    this.#maxChain = options.maxChain ?? MAX_CHAIN;
  }

  /**
   * Checks one capability on its own: caveat kinds, expiry, revocation, issuer, signature.
   *
   * @param cap The capability.
   * @param now Unix seconds. Default: the verifier's clock.
   * @param context The request, by which its caveats are evaluated. Without one, and without the
   * option `caveats`, only their kinds are checked.
   * @returns `null` if it holds, else the first rule that it breaks.
   */
  verify(
    cap: Cap,
    now?: bigint | number,
    context?: CaveatContext,
  ): Promise<CapError | null> {
    return this.#judge([cap], undefined, now, context);
  }

  /**
   * Checks that a holder may do an operation on a target, down a chain from a root.
   *
   * @param leaf The capability that the holder presents.
   * @param chain Its parent, that one's parent, and so on to the root; empty if the leaf is a root.
   * @param op Bits of which one must be in the leaf's permissions.
   * @param target What is acted on, 32 bytes.
   * @param holder SHA-256 of the public key of who acts.
   * @param now Unix seconds. Default: the verifier's clock.
   * @param context The request, by which the caveats of every link are evaluated. Without one, and
   * without the option `caveats`, only their kinds are checked.
   * @returns `null` if all holds, else the first rule that is broken.
   */
  async verifyChain(
    leaf: Cap,
    chain: readonly Cap[],
    op: bigint,
    target: Uint8Array,
    holder: Uint8Array,
    now?: bigint | number,
    context?: CaveatContext,
  ): Promise<CapError | null> {
    if (chain.length > this.#maxChain) {
      return new CapError(
        "chain_broken",
        `Chain of ${chain.length} links exceeds ${this.#maxChain}`,
      );
    }
    return await this.#judge(
      [leaf, ...chain],
      { op, target, holder },
      now,
      context,
    );
  }

  /**
   * Checks a revocation's signature.
   *
   * @param revocation The record.
   * @param publicKey The raw public key of the revoked capability's issuer.
   * @param issuer The capability's issuer, if the key is to be held against it.
   * @returns `null` if the signature verifies; `issuer_unknown` if the key is not the issuer's.
   */
  async verifyRevocation(
    revocation: Revocation,
    publicKey: Uint8Array,
    issuer?: Uint8Array,
  ): Promise<CapError | null> {
    if (!publicKey || publicKey.length === 0) {
      return new CapError("issuer_unknown");
    }
    const { capID, revokedAt, revokerSig } = revocation;
    if (capID.length !== 32 || revokerSig.length !== SIG_SIZE) {
      return new CapError("too_short");
    }
    const payload = revocationPayload(capID, revokedAt);
    const field = copyBytes(revokerSig);
    const key = await this.#keys.get(publicKey);
    if (issuer && !equalBytes(key.hash, issuer)) {
      return new CapError("issuer_unknown");
    }
    return await this.#signatures.check(key, payload, field);
  }

  async #judge(
    caps: readonly Cap[],
    request: ChainRequest | undefined,
    given: bigint | number | undefined,
    context: CaveatContext | undefined,
  ): Promise<CapError | null> {
    const now = asSeconds(given ?? this.#now());
    if (now === undefined) {
      return new CapError("expired", "The time is not a number of seconds");
    }
    let links: readonly Link[];
    try {
      links = caps.map((cap) => this.#authenticity.open(cap));
    } catch (error) {
      if (error instanceof CapError) return error;
      throw error;
    }
    const { steps, refusal } = planVerification(links, request, now);
    const verdicts = steps.map((step) => this.#authenticity.run(step));
    for (const verdict of verdicts) {
      const refused = verdict instanceof Promise ? await verdict : verdict;
      if (refused) return refused;
    }
    if (refusal) {
      if (refusal.code === "expired") {
        for (const { cap } of links) this.#authenticity.forget(cap);
      }
      return refusal;
    }
    if (context === undefined && !this.#alwaysEvaluates) return null;
    return await this.#caveats.evaluate(links, now, {
      ...context,
      ...request && { op: request.op },
    });
  }
}

/**
 * Checks the Ed25519 signature of a revocation; other schemes are refused. See
 * `Verifier.verifyRevocation`.
 *
 * @param revocation The record.
 * @param publicKey The raw public key of the revoked capability's issuer.
 * @returns `null` if the signature verifies.
 */
export async function verifyRevocation(
  revocation: Revocation,
  publicKey: Uint8Array,
): Promise<CapError | null> {
  return await new Verifier().verifyRevocation(revocation, publicKey);
}
