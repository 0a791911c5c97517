import { encodeBase64url } from "./base64url.ts";
import { keysOfJwk, keysOfPkcs8, keysOfSeed, seedOf } from "./ed25519_keys.ts";
import { hash32 } from "./hash.ts";
import { Scheme } from "./kinds.ts";
import { signatureField, type Signer } from "./signer.ts";

const ALGORITHM = "Ed25519";

/**
 * Signs with Ed25519 by WebCrypto. The key may be non-extractable.
 *
 * @example
 * ```ts
 * import { Ed25519Signer } from "@zap-proto/edge/cap";
 *
 * const signer = await Ed25519Signer.generate();
 * const copy = await Ed25519Signer.importKey("jwk", await signer.exportKey("jwk"));
 * console.log(signer.publicKey().length, copy.public().length); // 32 32
 * ```
 */
export class Ed25519Signer implements Signer {
  readonly #privateKey: CryptoKey;
  readonly #publicKey: Uint8Array;
  readonly #hash: Uint8Array;

  private constructor(
    privateKey: CryptoKey,
    publicKey: Uint8Array,
    hash: Uint8Array,
  ) {
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    this.#hash = hash;
  }

  static async #of(
    keys: { privateKey: CryptoKey; publicKey: Uint8Array },
  ): Promise<Ed25519Signer> {
    return new Ed25519Signer(
      keys.privateKey,
      keys.publicKey,
      await hash32(keys.publicKey),
    );
  }

  /** A signer with a new random key. */
  static async generate(): Promise<Ed25519Signer> {
    return await Ed25519Signer.fromSeed(
      crypto.getRandomValues(new Uint8Array(32)),
    );
  }

  /**
   * A signer with the key that RFC 8032 makes of a seed.
   *
   * @param seed 32 secret bytes.
   * @throws {TypeError} If it has another length.
   */
  static async fromSeed(seed: Uint8Array): Promise<Ed25519Signer> {
    return await Ed25519Signer.#of(await keysOfSeed(seed));
  }

  /**
   * A signer with a pair of WebCrypto's keys. The private key may be non-extractable; it then cannot
   * be exported, but signs.
   *
   * @param pair Ed25519 keys, of which the private one may `sign`.
   * @throws {TypeError} If the public key does not belong to the private one.
   */
  static async fromKeyPair(pair: CryptoKeyPair): Promise<Ed25519Signer> {
    const probe = crypto.getRandomValues(new Uint8Array(32));
    const signature = await crypto.subtle.sign(
      ALGORITHM,
      pair.privateKey,
      probe,
    );
    const raw = new Uint8Array(
      await crypto.subtle.exportKey("raw", pair.publicKey),
    );
    // A key that was imported for export only may not verify, so a copy of it does.
    const verifier = await crypto.subtle.importKey(
      "raw",
      raw,
      ALGORITHM,
      true,
      ["verify"],
    );
    if (!await crypto.subtle.verify(ALGORITHM, verifier, signature, probe)) {
      throw new TypeError(
        "Cannot use key pair: the public key does not belong to the private key",
      );
    }
    return await Ed25519Signer.#of({
      privateKey: pair.privateKey,
      publicKey: raw,
    });
  }

  /**
   * A signer with an imported private key.
   *
   * @param format `raw` (the 32-byte seed), `pkcs8` (DER, RFC 8410) or `jwk` (RFC 8037).
   * @param key The key in that format.
   * @throws {TypeError} If it is not such a key.
   */
  static async importKey(
    ...[format, key]: ["raw" | "pkcs8", Uint8Array] | ["jwk", JsonWebKey]
  ): Promise<Ed25519Signer> {
    if (format === "jwk") return await Ed25519Signer.#of(await keysOfJwk(key));
    return await Ed25519Signer.#of(
      await (format === "raw" ? keysOfSeed : keysOfPkcs8)(key),
    );
  }

  /**
   * The private key, in the clear.
   *
   * @param format `raw` (the 32-byte seed), `pkcs8` (DER) or `jwk`.
   * @throws {DOMException} If the key is not extractable.
   */
  exportKey(format: "raw" | "pkcs8"): Promise<Uint8Array>;
  /** The private key as JWK, in the clear. */
  exportKey(format: "jwk"): Promise<JsonWebKey>;
  async exportKey(
    format: "raw" | "pkcs8" | "jwk",
  ): Promise<Uint8Array | JsonWebKey> {
    if (format === "pkcs8") {
      return new Uint8Array(
        await crypto.subtle.exportKey("pkcs8", this.#privateKey),
      );
    }
    const seed = await seedOf(this.#privateKey);
    if (format === "raw") return seed;
    return {
      kty: "OKP",
      crv: ALGORITHM,
      d: encodeBase64url(seed),
      x: encodeBase64url(this.#publicKey),
    };
  }

  /** The raw public key, 32 bytes. */
  publicKey(): Uint8Array {
    return this.#publicKey;
  }

  /** SHA-256 of the public key: what stands as issuer and holder. */
  public(): Uint8Array {
    return this.#hash;
  }

  /** Signs; see `Signer.sign`. */
  async sign(payload: Uint8Array): Promise<Uint8Array> {
    const bytes = payload as Uint8Array<ArrayBuffer>;
    const signature = await crypto.subtle.sign(
      ALGORITHM,
      this.#privateKey,
      bytes,
    );
    return signatureField(Scheme.Ed25519, new Uint8Array(signature));
  }
}
