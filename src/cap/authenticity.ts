/** What a step of a verification costs: hashes, signatures, and questions to the user's functions. */

import { copyBytes, equalBytes } from "../base/bytes.ts";
import { ByteCache } from "./byte_cache.ts";
import { Cap } from "./cap.ts";
import { CapError } from "./error.ts";
import type { Hooks, MaybePromise, UNANSWERED } from "./hooks.ts";
import type { IssuerKeys, ReadyKey } from "./issuer_keys.ts";
import { hasBuilderLayout, SIG_AT } from "./layout.ts";
import { failed, type SignatureCheck } from "./signature_check.ts";
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
    return proof ? { cap: proof.cap, proof } : { cap: Cap.wrap(copyBytes(raw)), proof: undefined };
  }

  /** Drops the proof of a capability that is expired or revoked. */
  forget(cap: Cap): void {
    this.#proofs.delete(cap.raw());
  }

  /** Runs one step. A promise is answered only where something has to be awaited; it is never rejected. */
  run(step: Step): Verdict | Promise<Verdict> {
    try {
      return step.check === "authentic" ? this.#authentic(step.link) : isParentOf(step);
    } catch (cause) {
      return failed(cause);
    }
  }

  /**
   * Everything is started before anything is awaited, and nothing is awaited that is there already:
   * beside a signature's microseconds, a promise more is a cost.
   */
  #authentic(link: Link): Verdict | Promise<Verdict> {
    const { cap } = link;
    const revoked = this.#isRevoked(cap);
    if (revoked === true) return this.#revoked(cap);
    const answer = this.#issuerKey(cap.issuer());
    const verdict = answer instanceof Promise
      ? answer.then((answer) => this.#isGenuine(link, answer)).catch(failed)
      : this.#isGenuine(link, answer);
    return revoked instanceof Promise ? this.#unlessRevoked(cap, revoked, verdict) : verdict;
  }

  /** The revocation is looked up while the signature is checked; its verdict comes first. */
  async #unlessRevoked(
    cap: Cap,
    revoked: Promise<boolean>,
    verdict: Verdict | Promise<Verdict>,
  ): Promise<Verdict> {
    const refusal = await verdict;
    return await revoked ? this.#revoked(cap) : refusal;
  }

  #revoked(cap: Cap): CapError {
    this.forget(cap);
    return new CapError("revoked");
  }

  /** Whether its issuer, of this key, signed it: known already, or to be checked. */
  #isGenuine({ cap, proof }: Link, answer: Answer): Verdict | Promise<Verdict> {
    if (!answer) return new CapError("issuer_unknown");
    if (proof) {
      return equalBytes(answer, proof.key) ? null : new CapError("issuer_unknown");
    }
    const key = this.#ask.keys.get(answer);
    return key instanceof Promise
      ? key.then((key) => this.#prove(cap, key)).catch(failed)
      : this.#prove(cap, key);
  }

  #prove(cap: Cap, key: ReadyKey): Verdict | Promise<Verdict> {
    if (!equalBytes(key.hash, cap.issuer())) return new CapError("issuer_unknown");
    const verdict = this.#ask.signatures.check(key, cap.canonicalBytes(), cap.signature());
    // Looked at while the signature is being checked.
    const isPlain = hasBuilderLayout(cap.raw());
    return verdict instanceof Promise
      ? verdict.then((refusal) => refusal ?? this.#remember(cap, key, isPlain))
      : verdict ?? this.#remember(cap, key, isPlain);
  }

  #remember(cap: Cap, key: ReadyKey, isPlain: boolean): Verdict {
    if (!isPlain) {
      return new CapError("sig_mismatch", "Capability is not laid out as it was signed");
    }
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

function isParentOf({ child, link }: Step & { check: "parent" }): Verdict | Promise<Verdict> {
  const id = link.cap.knownId();
  return id ? isParent(child, id) : link.cap.id().then((id) => isParent(child, id), failed);
}

function isParent(child: Cap, id: Uint8Array): Verdict {
  return equalBytes(child.parent(), id) ? null : new CapError("chain_broken");
}
