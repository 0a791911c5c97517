import { ALG_TAG_OFFSET, SIG_SIZE } from "./layout.ts";

/** Who signs capabilities and revocations. A key in a vault or an HSM implements this. */
export interface Signer {
  /**
   * Signs.
   *
   * @param payload What to sign.
   * @returns 3408 bytes: the primitive's signature, zeroes, and the scheme's tag in the last byte.
   */
  sign(payload: Uint8Array): Promise<Uint8Array>;
  /** SHA-256 of the public key: what stands as issuer and holder. 32 bytes. */
  public(): Uint8Array;
}

/** The signature field for a primitive's signature: zero padding, then the scheme's tag. */
export function signatureField(
  scheme: number,
  signature: Uint8Array,
): Uint8Array {
  const field = new Uint8Array(SIG_SIZE);
  field.set(signature);
  field[ALG_TAG_OFFSET] = scheme;
  return field;
}
