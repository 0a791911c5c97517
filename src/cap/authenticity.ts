/** What a step of a verification costs: hashes, signatures, and questions to the user's functions. */

import { equalBytes } from "../base/bytes.ts";
import { ByteCache } from "./byte_cache.ts";
import { Cap } from "./cap.ts";
import { CapError } from "./error.ts";
import { hash32 } from "./hash.ts";
import { type Hooks, type MaybePromise, UNANSWERED } from "./hooks.ts";
import { hasBuilderLayout, SIG_AT } from "./layout.ts";
import { CACHED_KEYS } from "./limits.ts";
import type { SignatureCheck } from "./signature_check.ts";
import type { Link, Proof, Step } from "./verify_plan.ts";

/**
 * Answers an issuer's raw public key by its hash, or `null` if the issuer is unknown.
 *
 * Who is known may issue: for a chain, roots are those of the issuers known here whose capabilities
 * have no parent. Holders that hand on must be known here too.
 */
export type IssuerKey = (hash: Uint8Array) => MaybePromise<Uint8Array | null | undefined>;

/** Answers whether the capability of this id is revoked. */
export type IsRevoked = (capID: Uint8Array) => MaybePromise<boolean>;

type Verdict = CapError | null;
type Key = Uint8Array | undefined;

/** Runs steps; remembers proofs and keys. */
export class Authenticity {
  readonly #issuerKey: IssuerKey | undefined;
  readonly #isRevoked: IsRevoked | undefined;
  readonly #signatures: SignatureCheck;
  readonly #hooks: Hooks;
  readonly #proofs: ByteCache<Proof>;
  readonly #keyHashes: ByteCache<Promise<Uint8Array>> = new ByteCache(CACHED_KEYS, 0);

  /** Keeps at most `cacheSize` proofs. */
  constructor(
    issuerKey: IssuerKey | undefined,
    isRevoked: IsRevoked | undefined,
    signatures: SignatureCheck,
    hooks: Hooks,
    cacheSize: number,
  ) {
    this.#issuerKey = issuerKey;
    this.#isRevoked = isRevoked;
    this.#signatures = signatures;
    this.#hooks = hooks;
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

  #authentic(link: Link): Verdict | Promise<Verdict> {
    const { cap, proof } = link;
    const key = this.#askKey(cap.issuer());
    if (!proof) return this.#prove(cap, key).catch(failed);
    const revoked = this.#askRevoked(cap);
    if (key instanceof Promise || revoked instanceof Promise) {
      return this.#reconfirm(proof, key, revoked);
    }
    return this.#confirm(proof, key, revoked);
  }

  async #reconfirm(
    proof: Proof,
    key: Key | Promise<Key>,
    revoked: boolean | Promise<boolean>,
  ): Promise<Verdict> {
    return this.#confirm(proof, await key, await revoked);
  }

  /** The signature is known to be valid; whether it still counts is asked each time. */
  #confirm(proof: Proof, key: Key, revoked: boolean): Verdict {
    if (revoked) {
      this.forget(proof.cap);
      return new CapError("revoked");
    }
    return key && equalBytes(key, proof.key) ? null : new CapError("issuer_unknown");
  }

  async #prove(cap: Cap, asked: Key | Promise<Key>): Promise<Verdict> {
    // Both run at once; the verdicts are read in the specified order.
    const revoked = this.#askRevoked(cap);
    const signed = this.#checkSignature(cap, asked);
    if (await revoked) return new CapError("revoked");
    const key = await signed;
    if (key instanceof CapError) return key;
    this.#proofs.set(cap.raw(), { cap, key });
    return null;
  }

  /** The key by which the signature verifies, or why it does not. Never rejected. */
  async #checkSignature(cap: Cap, asked: Key | Promise<Key>): Promise<Uint8Array | CapError> {
    try {
      const key = (await asked)?.slice();
      if (!key || !equalBytes(await this.#hashOf(key), cap.issuer())) {
        return new CapError("issuer_unknown");
      }
      const refusal = await this.#signatures.check(key, cap.canonicalBytes(), cap.signature());
      if (refusal) return refusal;
      return hasBuilderLayout(cap.raw())
        ? key
        : new CapError("sig_mismatch", "Capability is not laid out as it was when it was signed");
    } catch (cause) {
      return failed(cause);
    }
  }

  #hashOf(key: Uint8Array): Promise<Uint8Array> {
    const known = this.#keyHashes.get(key);
    if (known) return known;
    const hash = hash32(key);
    this.#keyHashes.set(key, hash);
    hash.catch(() => this.#keyHashes.delete(key));
    return hash;
  }

  #askKey(issuer: Uint8Array): Key | Promise<Key> {
    const issuerKey = this.#issuerKey;
    if (!issuerKey) return undefined;
    const answer = this.#hooks.ask(() => issuerKey(issuer));
    return answer instanceof Promise ? answer.then(asKey) : asKey(answer);
  }

  #askRevoked(cap: Cap): boolean | Promise<boolean> {
    if (!this.#isRevoked) return false;
    const id = cap.knownId();
    return id ? this.#isListed(id) : cap.id().then((id) => this.#isListed(id));
  }

  #isListed(id: Uint8Array): boolean | Promise<boolean> {
    const isRevoked = this.#isRevoked!;
    const answer = this.#hooks.ask(() => isRevoked(id));
    // Only a clear no lets a capability pass.
    return answer instanceof Promise ? answer.then((answer) => answer !== false) : answer !== false;
  }
}

function asKey(answer: Uint8Array | null | undefined | typeof UNANSWERED): Key {
  return answer instanceof Uint8Array && answer.length >= 32 ? answer : undefined;
}

function isParent(child: Cap, id: Uint8Array): Verdict {
  return equalBytes(child.parent(), id) ? null : new CapError("chain_broken");
}

/** WebCrypto failed: not a reason to believe anything. */
function failed(cause: unknown): CapError {
  return new CapError("sig_mismatch", "Signature could not be checked", { cause });
}
