/**
 * secp256k1 ECDSA over SHA-256, by `@noble/curves`. The layout is ours, the reference does not verify
 * it: signature `r ‖ s ‖ v`, 65 bytes, s in the lower half, v 0 or 1 so that recovery gives the
 * public key; public key compressed, 33 bytes.
 */

import { secp256k1 } from "@noble/curves/secp256k1.js";
import { copyBytes, equalBytes } from "../../base/bytes.ts";
import { encodeBase64url } from "../base64url.ts";
import { hash32 } from "../hash.ts";
import { Scheme } from "../kinds.ts";
import { signatureField, type Signer } from "../signer.ts";
import {
  decodeJwk,
  decodePkcs8,
  encodePkcs8,
  exportSecp256k1PublicKey,
  PUBLIC_KEY_SIZE,
} from "./secp256k1_keys.ts";

/** Bytes of `r ‖ s`. */
const COMPACT_SIZE = 64;

/**
 * Whether a 65-byte signature verifies: low s, and v is the one that recovers the key, so that no
 * second signature can be made of a first.
 */
export function verifySecp256k1(
  publicKey: Uint8Array,
  payload: Uint8Array,
  signature: Uint8Array,
): boolean {
  const v = signature[COMPACT_SIZE];
  if (publicKey.length !== PUBLIC_KEY_SIZE || (v !== 0 && v !== 1)) {
    return false;
  }
  try {
    const compact = signature.subarray(0, COMPACT_SIZE);
    if (
      !secp256k1.verify(compact, payload, publicKey, {
        lowS: true,
        prehash: true,
      })
    ) return false;
    const recoverable = Uint8Array.of(v, ...compact);
    return equalBytes(
      secp256k1.recoverPublicKey(recoverable, payload),
      publicKey,
    );
  } catch {
    // noble throws for a key or a signature that it cannot parse.
    return false;
  }
}

/**
 * Signs with secp256k1 ECDSA over SHA-256 (deterministic, RFC 6979).
 *
 * @example
 * ```ts
 * import { Secp256k1Signer } from "@zap-proto/edge/cap/schemes";
 *
 * const signer = await Secp256k1Signer.generate();
 * console.log(signer.publicKey().length); // 33
 * ```
 */
export class Secp256k1Signer implements Signer {
  readonly #secret: Uint8Array;
  readonly #publicKey: Uint8Array;
  readonly #hash: Uint8Array;

  private constructor(
    secret: Uint8Array,
    publicKey: Uint8Array,
    hash: Uint8Array,
  ) {
    this.#secret = secret;
    this.#publicKey = publicKey;
    this.#hash = hash;
  }

  /** A signer with a new random key. */
  static async generate(): Promise<Secp256k1Signer> {
    return await Secp256k1Signer.fromSecret(secp256k1.utils.randomSecretKey());
  }

  /**
   * A signer with a private key.
   *
   * @param secret 32 bytes, a number between 1 and the group's order.
   * @throws {TypeError} If it is no private key.
   */
  static async fromSecret(secret: Uint8Array): Promise<Secp256k1Signer> {
    if (!secp256k1.utils.isValidSecretKey(secret)) {
      throw new TypeError(
        "Cannot import secp256k1 key: it must be 32 bytes, within 1 and the order",
      );
    }
    const publicKey = secp256k1.getPublicKey(secret, true);
    return new Secp256k1Signer(
      copyBytes(secret),
      publicKey,
      await hash32(publicKey),
    );
  }

  /**
   * A signer with an imported private key.
   *
   * @param format `raw` (32 bytes), `pkcs8` (DER, RFC 5915) or `jwk` (RFC 8812).
   * @param key The key in that format.
   * @throws {TypeError} If it is not such a key.
   */
  static async importKey(
    ...[format, key]: ["raw" | "pkcs8", Uint8Array] | ["jwk", JsonWebKey]
  ): Promise<Secp256k1Signer> {
    if (format === "raw") return await Secp256k1Signer.fromSecret(key);
    const { secret, publicKey } = format === "jwk" ? decodeJwk(key) : decodePkcs8(key);
    const signer = await Secp256k1Signer.fromSecret(secret);
    if (!publicKey || equalBytes(signer.publicKey(), publicKey)) return signer;
    throw new TypeError(
      `Cannot import ${format}: the public key in it does not belong to the private key`,
    );
  }

  /**
   * The private key, in the clear.
   *
   * @param format `raw` (32 bytes), `pkcs8` (DER) or `jwk`.
   */
  exportKey(format: "raw" | "pkcs8"): Uint8Array;
  /** The private key as JWK, in the clear. */
  exportKey(format: "jwk"): JsonWebKey;
  exportKey(format: "raw" | "pkcs8" | "jwk"): Uint8Array | JsonWebKey {
    if (format === "raw") return copyBytes(this.#secret);
    if (format === "pkcs8") return encodePkcs8(this.#secret, this.#publicKey);
    return {
      ...exportSecp256k1PublicKey("jwk", this.#publicKey),
      d: encodeBase64url(this.#secret),
    };
  }

  /** The compressed public key, 33 bytes. */
  publicKey(): Uint8Array {
    return this.#publicKey;
  }

  /** SHA-256 of the public key: what stands as issuer and holder. */
  public(): Uint8Array {
    return this.#hash;
  }

  /** Signs; see `Signer.sign`. */
  sign(payload: Uint8Array): Promise<Uint8Array> {
    const options = { lowS: true, prehash: true, format: "recovered" } as const;
    const recoverable = secp256k1.sign(payload, this.#secret, options);
    const signature = new Uint8Array(COMPACT_SIZE + 1);
    signature.set(recoverable.subarray(1));
    signature[COMPACT_SIZE] = recoverable[0]!;
    return Promise.resolve(signatureField(Scheme.Secp256k1, signature));
  }
}
