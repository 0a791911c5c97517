/**
 * Every limit and default of this room, with its reason. The same table stands in
 * `docs/capabilities.md`.
 *
 * @module
 */

/**
 * Bytes of one capability, at most: 3592 without caveats, so this leaves about 60 KiB for them. A
 * longer one is refused before anything in it is walked.
 */
export const MAX_CAP_BYTES = 65_536;

/** Links above the leaf, at most. Every link costs a signature check, so the attacker's bill is bounded. */
export const MAX_CHAIN = 16;

/** Bytes of an encoded chain, at most: 17 capabilities with about 15 KiB of caveats each. */
export const MAX_CHAIN_BYTES = 262_144;

/** Characters of a token in text form: base64url of `MAX_CHAIN_BYTES`. */
export const MAX_TOKEN_CHARS: number = Math.ceil(MAX_CHAIN_BYTES * 4 / 3);

/**
 * Milliseconds that a verifier waits for one answer of a function it was given (issuer's key,
 * revocation, scheme, caveat). Longer than a healthy database, shorter than a caller's patience.
 */
export const HOOK_TIMEOUT_MS = 5_000;

/** Capabilities whose signature is remembered as valid: about 3.7 KB each, so 4 MB. */
export const CACHED_PROOFS = 1_024;

/** Issuers whose imported key is remembered: some 200 bytes each for Ed25519, 4 KB for ML-DSA-65. */
export const CACHED_KEYS = 1_024;

/** Nonces and rate windows held in memory, at most: beyond this a new one is refused, never an old one forgotten. */
export const MAX_MEMORY_ENTRIES = 100_000;

/**
 * Seconds that a revocation is kept beyond the expiry of its capability: clocks are late, or are set
 * back, and a record that went too early would bring the capability back to life.
 */
export const REVOCATION_MARGIN_SECONDS = 86_400n;

/** Bytes of one record of a revocation file, at most: a record with the longest signature is 3456. */
export const MAX_RECORD_BYTES = 4_096;
