import { concatBytes } from "../../base/bytes.ts";
import { Ed25519Signer } from "../ed25519_signer.ts";
import { hash32 } from "../hash.ts";
import { Scheme } from "../kinds.ts";
import { signatureField, type Signer } from "../signer.ts";
import { ML_DSA65_SIGNATURE_SIZE } from "./ml_dsa65.ts";
import { MlDsa65Signer } from "./ml_dsa65_signer.ts";

/**
 * Signs with Ed25519 and ML-DSA-65, so that a forger must break both. Signature and public key are
 * those of Ed25519 and then those of ML-DSA-65; this layout is ours, the reference verifies neither.
 */
export class HybridSigner implements Signer {
  readonly #ed25519: Ed25519Signer;
  readonly #mlDsa65: MlDsa65Signer;
  readonly #publicKey: Uint8Array;
  readonly #hash: Uint8Array;

  private constructor(
    ed25519: Ed25519Signer,
    mlDsa65: MlDsa65Signer,
    publicKey: Uint8Array,
    hash: Uint8Array,
  ) {
    this.#ed25519 = ed25519;
    this.#mlDsa65 = mlDsa65;
    this.#publicKey = publicKey;
    this.#hash = hash;
  }

  /** A signer with two new random keys. */
  static async generate(): Promise<HybridSigner> {
    return await HybridSigner.of(
      await Ed25519Signer.generate(),
      await MlDsa65Signer.generate(),
    );
  }

  /**
   * A signer with two keys.
   *
   * @param ed25519 The classical half.
   * @param mlDsa65 The other half. Its seed should have nothing to do with the first one's.
   */
  static async of(
    ed25519: Ed25519Signer,
    mlDsa65: MlDsa65Signer,
  ): Promise<HybridSigner> {
    const publicKey = concatBytes([ed25519.publicKey(), mlDsa65.publicKey()]);
    return new HybridSigner(
      ed25519,
      mlDsa65,
      publicKey,
      await hash32(publicKey),
    );
  }

  /** The raw public key, 32 and 1952 bytes. */
  publicKey(): Uint8Array {
    return this.#publicKey;
  }

  /** SHA-256 of the public key: what stands as issuer and holder. */
  public(): Uint8Array {
    return this.#hash;
  }

  /** Signs; see `Signer.sign`. */
  async sign(payload: Uint8Array): Promise<Uint8Array> {
    const [first, second] = await Promise.all([
      this.#ed25519.sign(payload),
      this.#mlDsa65.sign(payload),
    ]);
    return signatureField(
      Scheme.Hybrid,
      concatBytes([
        first.subarray(0, 64),
        second.subarray(0, ML_DSA65_SIGNATURE_SIZE),
      ]),
    );
  }
}
