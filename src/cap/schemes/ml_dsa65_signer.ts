import { decodeBase64url, encodeBase64url } from "../base64url.ts";
import { copyBytes, equalBytes } from "../../base/bytes.ts";
import { hash32 } from "../hash.ts";
import { Scheme } from "../kinds.ts";
import { signatureField, type Signer } from "../signer.ts";
import {
  chooseMlDsa65,
  ML_DSA65_PUBLIC_KEY_SIZE,
  ML_DSA65_SEED_SIZE,
  type MlDsa65KeyPair,
} from "./ml_dsa65.ts";

/** A private key as JWK: `{ kty: "AKP", alg: "ML-DSA-65", pub, priv }` (draft-ietf-cose-dilithium). */
export interface MlDsa65Jwk {
  /** Always `"AKP"`. */
  readonly kty: string;
  /** Always `"ML-DSA-65"`. */
  readonly alg: string;
  /** The raw public key in base64url. */
  readonly pub: string;
  /** The 32-byte seed in base64url; absent in a public key. */
  readonly priv?: string;
}

/** DER in front of a seed: PrivateKeyInfo with OID 2.16.840.1.101.3.4.3.18 and the seed form of RFC 9881. */
const PKCS8_HEAD: Uint8Array = Uint8Array.of(
  ...[0x30, 0x34, 0x02, 0x01, 0x00, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48],
  ...[0x01, 0x65, 0x03, 0x04, 0x03, 0x12, 0x04, 0x22, 0x80, 0x20],
);
/** DER in front of a raw public key: SubjectPublicKeyInfo (RFC 9881). */
const SPKI_HEAD: Uint8Array = Uint8Array.of(
  ...[0x30, 0x82, 0x07, 0xb2, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48],
  ...[0x01, 0x65, 0x03, 0x04, 0x03, 0x12, 0x03, 0x82, 0x07, 0xa1, 0x00],
);

function withHead(head: Uint8Array, body: Uint8Array): Uint8Array {
  const der = new Uint8Array(head.length + body.length);
  der.set(head);
  der.set(body, head.length);
  return der;
}

function withoutHead(
  head: Uint8Array,
  der: Uint8Array,
  size: number,
  what: string,
): Uint8Array {
  if (
    der.length === head.length + size &&
    equalBytes(der.subarray(0, head.length), head)
  ) {
    return copyBytes(der.subarray(head.length));
  }
  throw new TypeError(
    `Cannot import ${what}: it is not an ML-DSA-65 key in the form of RFC 9881`,
  );
}

function jwkBytes(
  jwk: MlDsa65Jwk,
  name: "pub" | "priv",
  size: number,
): Uint8Array {
  if (jwk.kty !== "AKP" || jwk.alg !== "ML-DSA-65") {
    throw new TypeError(
      'Cannot import JWK: "kty" must be "AKP" and "alg" must be "ML-DSA-65"',
    );
  }
  const text = jwk[name];
  const bytes = typeof text === "string" ? decodeBase64url(text) : undefined;
  if (bytes?.length === size) return bytes;
  throw new TypeError(
    `Cannot import JWK: "${name}" must be ${size} bytes in base64url`,
  );
}

/**
 * Signs with ML-DSA-65.
 *
 * @example
 * ```ts
 * import { CapKind, issue, Verifier } from "@zap-proto/edge/cap";
 * import { MlDsa65Signer, schemeVerify } from "@zap-proto/edge/cap/schemes";
 *
 * const owner = await MlDsa65Signer.generate();
 * const cap = await issue({ kind: CapKind.KMSSign, permissions: 1n }, owner);
 * const verifier = new Verifier({ issuerKey: () => owner.publicKey(), schemeVerify });
 * console.log(await verifier.verify(cap)); // null
 * ```
 */
export class MlDsa65Signer implements Signer {
  readonly #seed: Uint8Array;
  readonly #keys: MlDsa65KeyPair;
  readonly #hash: Uint8Array;

  private constructor(
    seed: Uint8Array,
    keys: MlDsa65KeyPair,
    hash: Uint8Array,
  ) {
    this.#seed = seed;
    this.#keys = keys;
    this.#hash = hash;
  }

  /** A signer with a new random key. */
  static async generate(): Promise<MlDsa65Signer> {
    const seed = crypto.getRandomValues(new Uint8Array(ML_DSA65_SEED_SIZE));
    return await MlDsa65Signer.fromSeed(seed);
  }

  /**
   * A signer with the key that FIPS 204 makes of a seed.
   *
   * @param seed 32 secret bytes.
   * @throws {TypeError} If it has another length.
   */
  static async fromSeed(seed: Uint8Array): Promise<MlDsa65Signer> {
    if (seed.length !== ML_DSA65_SEED_SIZE) {
      throw new TypeError(
        `Cannot import ML-DSA-65 seed: it must be 32 bytes, not ${seed.length}`,
      );
    }
    const own = copyBytes(seed);
    const keys = await (await chooseMlDsa65()).keyPair(own);
    return new MlDsa65Signer(own, keys, await hash32(keys.publicKey));
  }

  /**
   * A signer with an imported private key.
   *
   * @param format `raw` (the 32-byte seed), `pkcs8` (DER, the seed form of RFC 9881) or `jwk` (draft-ietf-cose-dilithium).
   * @param key The key in that format.
   * @throws {TypeError} If it is not such a key.
   */
  static async importKey(
    ...[format, key]: ["raw" | "pkcs8", Uint8Array] | ["jwk", MlDsa65Jwk]
  ): Promise<MlDsa65Signer> {
    if (format === "jwk") return await MlDsa65Signer.#fromJwk(key);
    const seed = format === "raw"
      ? key
      : withoutHead(PKCS8_HEAD, key, ML_DSA65_SEED_SIZE, "PKCS#8");
    return await MlDsa65Signer.fromSeed(seed);
  }

  static async #fromJwk(key: MlDsa65Jwk): Promise<MlDsa65Signer> {
    const signer = await MlDsa65Signer.fromSeed(
      jwkBytes(key, "priv", ML_DSA65_SEED_SIZE),
    );
    if (
      equalBytes(
        signer.publicKey(),
        jwkBytes(key, "pub", ML_DSA65_PUBLIC_KEY_SIZE),
      )
    ) {
      return signer;
    }
    throw new TypeError(
      'Cannot import JWK: "pub" is not the public key of "priv"',
    );
  }

  /**
   * The private key, in the clear.
   *
   * @param format `raw` (the 32-byte seed), `pkcs8` (DER) or `jwk`.
   */
  exportKey(format: "raw" | "pkcs8"): Uint8Array;
  /** The private key as JWK, in the clear. */
  exportKey(format: "jwk"): MlDsa65Jwk;
  exportKey(format: "raw" | "pkcs8" | "jwk"): Uint8Array | MlDsa65Jwk {
    if (format === "raw") return this.#seed.slice();
    if (format === "pkcs8") return withHead(PKCS8_HEAD, this.#seed);
    return {
      ...exportMlDsa65PublicKey("jwk", this.publicKey()),
      priv: encodeBase64url(this.#seed),
    };
  }

  /** The raw public key, 1952 bytes. */
  publicKey(): Uint8Array {
    return this.#keys.publicKey;
  }

  /** SHA-256 of the public key: what stands as issuer and holder. */
  public(): Uint8Array {
    return this.#hash;
  }

  /** Signs; see `Signer.sign`. */
  async sign(payload: Uint8Array): Promise<Uint8Array> {
    return signatureField(Scheme.MLDSA65, await this.#keys.sign(payload));
  }
}

/**
 * Imports an ML-DSA-65 public key.
 *
 * @param format `raw` (1952 bytes), `spki` (DER) or `jwk`.
 * @param key The key in that format.
 * @returns The raw key, as `issuerKey` answers it.
 * @throws {TypeError} If it is not such a key.
 */
export function importMlDsa65PublicKey(
  ...[format, key]: ["raw" | "spki", Uint8Array] | ["jwk", MlDsa65Jwk]
): Uint8Array {
  if (format === "jwk") return jwkBytes(key, "pub", ML_DSA65_PUBLIC_KEY_SIZE);
  const head = format === "raw" ? new Uint8Array(0) : SPKI_HEAD;
  return withoutHead(head, key, ML_DSA65_PUBLIC_KEY_SIZE, format);
}

/**
 * Exports an ML-DSA-65 public key.
 *
 * @param format `spki` (DER) or `jwk`.
 * @param publicKey The raw key, 1952 bytes.
 * @throws {TypeError} If it has another length.
 */
export function exportMlDsa65PublicKey(
  format: "spki",
  publicKey: Uint8Array,
): Uint8Array;
/** Exports an ML-DSA-65 public key as JWK. */
export function exportMlDsa65PublicKey(
  format: "jwk",
  publicKey: Uint8Array,
): MlDsa65Jwk;
export function exportMlDsa65PublicKey(
  format: "spki" | "jwk",
  publicKey: Uint8Array,
): Uint8Array | MlDsa65Jwk {
  const raw = importMlDsa65PublicKey("raw", publicKey);
  if (format === "spki") return withHead(SPKI_HEAD, raw);
  return { kty: "AKP", alg: "ML-DSA-65", pub: encodeBase64url(raw) };
}
