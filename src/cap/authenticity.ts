/** What a step of a verification costs: hashes, signatures, and questions to the user's functions. */

import { equalBytes } from "../base/bytes.ts";
import { ByteCache } from "./byte_cache.ts";
import { Cap } from "./cap.ts";
import { CapError } from "./error.ts";
import type { Hooks, MaybePromise, UNANSWERED } from "./hooks.ts";
import type { IssuerKeys } from "./issuer_keys.ts";
import { hasBuilderLayout, SIG_AT } from "./layout.ts";
import type { SignatureCheck } from "./signature_check.ts";
import type { Link, Proof, Step } from "./verify_plan.ts";

/**
 * Answers an issuer's raw public key by its hash, or `null` if the issuer is unknown.
 *
 * Who is known may issue: the roots that a verifier believes in are the parentless capabilities of the
 * issuers known here. Holders that hand on must be known here too.
 */
export type IssuerKey = (
  hash: Uint8Array,
) => MaybePromise<Uint8Array | null | undefined>;

/** Answers whether the capability of this id is revoked. */
export type IsRevoked = (capID: Uint8Array) => MaybePromise<boolean>;

/** Whom `Authenticity` asks. */
export interface Authorities {
  readonly issuerKey: IssuerKey | undefined;
  readonly isRevoked: IsRevoked | undefined;
  readonly signatures: SignatureCheck;
  readonly keys: IssuerKeys;
  readonly hooks: Hooks;
}

type Verdict = CapError | null;
type Answer = Uint8Array | undefined;

/** Runs steps; remembers proofs. */
export class Authenticity {
  readonly #ask: Authorities;
  readonly #proofs: ByteCache<Proof>;

  /** Keeps at most `cacheSize` proofs. */
  constructor(authorities: Authorities, cacheSize: number) {
    this.#ask = authorities;
    // A signature's first bytes are as good as random.
    this.#proofs = new ByteCache(cacheSize, SIG_AT);
  }

  /** A private copy of a capability, or the copy that was proven before. */
  open(cap: Cap): Link {
    const raw = cap.raw();
    const proof = this.#proofs.get(raw);
    return proof ? { cap: proof.cap, proof } : { cap: Cap.wrap(raw.slice()), proof: undefined };
  }

  /** Drops the proof of a capability that is expired or revoked. */
  forget(cap: Cap): void {
    this.#proofs.delete(cap.raw());
  }

  /** Runs one step. A promise is answered only where something has to be awaited; it is never rejected. */
  run(step: Step): Verdict | Promise<Verdict> {
    if (step.check === "authentic") return this.#authentic(step.link);
    const { child, link } = step;
    const id = link.cap.knownId();
    return id ? isParent(child, id) : link.cap.id().then((id) => isParent(child, id), failed);
  }

  #authentic({ cap, proof }: Link): Verdict | Promise<Verdict> {
    const revoked = this.#isRevoked(cap);
    if (revoked === true) return this.#revoked(cap);
    const answer = this.#issuerKey(cap.issuer());
    if (!proof) return this.#prove(cap, answer, revoked).catch(failed);
    if (answer instanceof Promise || revoked instanceof Promise) {
      return this.#reconfirm(proof, answer, revoked);
    }
    return confirm(proof, answer);
  }

  /** The signature is known to be valid; whether it still counts is asked each time. */
  async #reconfirm(
    proof: Proof,
    answer: Answer | Promise<Answer>,
    revoked: boolean | Promise<boolean>,
  ): Promise<Verdict> {
    return await revoked ? this.#revoked(proof.cap) : confirm(proof, await answer);
  }

  #revoked(cap: Cap): CapError {
    this.forget(cap);
    return new CapError("revoked");
  }

  /** The revocation is looked up while the signature is checked; its verdict comes first. */
  async #prove(
    cap: Cap,
    answer: Answer | Promise<Answer>,
    revoked: boolean | Promise<boolean>,
  ): Promise<Verdict> {
    const publicKey = answer instanceof Promise ? await answer : answer;
    const known = publicKey && this.#ask.keys.get(publicKey);
    const key = known instanceof Promise ? await known : known;
    let refusal: Verdict;
    if (key && equalBytes(key.hash, cap.issuer())) {
      refusal = await this.#ask.signatures.check(
        key,
        cap.canonicalBytes(),
        cap.signature(),
      );
      if (!refusal && !hasBuilderLayout(cap.raw())) {
        refusal = new CapError(
          "sig_mismatch",
          "Capability is not laid out as it was signed",
        );
      }
    } else {
      refusal = new CapError("issuer_unknown");
    }
    if (revoked instanceof Promise && await revoked) {
      return new CapError("revoked");
    }
    if (refusal || !key) return refusal ?? new CapError("issuer_unknown");
    this.#proofs.set(cap.raw(), { cap, key: key.bytes });
    return null;
  }

  #issuerKey(issuer: Uint8Array): Answer | Promise<Answer> {
    const { issuerKey, hooks } = this.#ask;
    if (!issuerKey) return undefined;
    const answer = hooks.ask(() => issuerKey(issuer));
    return answer instanceof Promise ? answer.then(asKey) : asKey(answer);
  }

  #isRevoked(cap: Cap): boolean | Promise<boolean> {
    const { isRevoked } = this.#ask;
    if (!isRevoked) return false;
    const id = cap.knownId();
    return id ? this.#isListed(id, isRevoked) : this.#isListedLater(cap, isRevoked);
  }

  /** A digest that fails tells nothing of revocations, so it counts as one. */
  #isListedLater(cap: Cap, isRevoked: IsRevoked): Promise<boolean> {
    return cap.id().then((id) => this.#isListed(id, isRevoked), () => true);
  }

  #isListed(id: Uint8Array, isRevoked: IsRevoked): boolean | Promise<boolean> {
    const answer = this.#ask.hooks.ask(() => isRevoked(id));
    // Only a clear no lets a capability pass.
    return answer instanceof Promise ? answer.then((answer) => answer !== false) : answer !== false;
  }
}

function asKey(
  answer: Uint8Array | null | undefined | typeof UNANSWERED,
): Answer {
  return answer instanceof Uint8Array && answer.length >= 32 ? answer : undefined;
}

function confirm(proof: Proof, answer: Answer): Verdict {
  return answer && equalBytes(answer, proof.key) ? null : new CapError("issuer_unknown");
}

function isParent(child: Cap, id: Uint8Array): Verdict {
  return equalBytes(child.parent(), id) ? null : new CapError("chain_broken");
}

/** WebCrypto failed: not a reason to believe anything. */
function failed(cause: unknown): CapError {
  return new CapError("sig_mismatch", "Signature could not be checked", {
    cause,
  });
}
