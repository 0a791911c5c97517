/**
 * ML-DSA-65 (FIPS 204), pure, with an empty context: by WebCrypto where the runtime has it, else by
 * `@noble/post-quantum`.
 */

import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import { copyBytes } from "../../base/bytes.ts";
import { decodeBase64url } from "../base64url.ts";
import { ByteCache } from "../byte_cache.ts";
import { CACHED_KEYS } from "../limits.ts";

/** Bytes of a raw public key. */
export const ML_DSA65_PUBLIC_KEY_SIZE = 1952;
/** Bytes of a signature. */
export const ML_DSA65_SIGNATURE_SIZE = 3309;
/** Bytes of the seed that FIPS 204 calls ξ. */
export const ML_DSA65_SEED_SIZE = 32;

/** One implementation of the scheme. */
export interface MlDsa65 {
  /** Which one: tests compare them. */
  readonly name: "webcrypto" | "noble";
  /** A key pair of a 32-byte seed. */
  keyPair(seed: Uint8Array): Promise<MlDsa65KeyPair>;
  /** Whether a signature verifies. Rejected or `false` for a malformed key or signature. */
  verify(
    publicKey: Uint8Array,
    payload: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean>;
}

/** A private key that signs, and its public key. */
export interface MlDsa65KeyPair {
  /** The raw public key, 1952 bytes. */
  readonly publicKey: Uint8Array;
  /** A signature of 3309 bytes. */
  sign(payload: Uint8Array): Promise<Uint8Array>;
}

const ALGORITHM = "ML-DSA-65";

/** `@noble/post-quantum`, on every runtime. Blocks while it works: 1 to 2 ms a verification, 5 to 12 a signature. */
export const nobleMlDsa65: MlDsa65 = {
  name: "noble",
  keyPair(seed) {
    const { publicKey, secretKey } = ml_dsa65.keygen(seed);
    return Promise.resolve({
      publicKey,
      sign: (payload) => Promise.resolve(ml_dsa65.sign(payload, secretKey)),
    });
  },
  verify: (publicKey, payload, signature) =>
    Promise.resolve(ml_dsa65.verify(signature, payload, publicKey)),
};

/** WebCrypto's, where the runtime has it. Its formats are those of the WICG's "Modern Algorithms". */
export const webCryptoMlDsa65: MlDsa65 = {
  name: "webcrypto",
  async keyPair(seed) {
    const { subtle } = crypto;
    const privateKey = await subtle.importKey(
      "raw-seed" as "raw",
      seed as Uint8Array<ArrayBuffer>,
      ALGORITHM,
      true,
      ["sign"],
    );
    // `pub` of the JWK is the only export of the public key that takes a private one.
    const { pub } = await subtle.exportKey("jwk", privateKey) as {
      pub?: string;
    };
    const publicKey = pub === undefined ? undefined : decodeBase64url(pub);
    if (publicKey === undefined) {
      throw new TypeError("Cannot export ML-DSA-65 public key");
    }
    return {
      publicKey,
      sign: async (payload) =>
        new Uint8Array(
          await subtle.sign(
            ALGORITHM,
            privateKey,
            payload as Uint8Array<ArrayBuffer>,
          ),
        ),
    };
  },
  async verify(publicKey, payload, signature) {
    return await crypto.subtle.verify(
      ALGORITHM,
      await importedKey(publicKey),
      signature as Uint8Array<ArrayBuffer>,
      payload as Uint8Array<ArrayBuffer>,
    );
  },
};

const importedKeys: ByteCache<Promise<CryptoKey>> = new ByteCache(
  CACHED_KEYS,
  0,
);

function importedKey(publicKey: Uint8Array): Promise<CryptoKey> {
  const known = importedKeys.get(publicKey);
  if (known) return known;
  const bytes = copyBytes(publicKey);
  const key = crypto.subtle.importKey(
    "raw-public" as "raw",
    bytes,
    ALGORITHM,
    false,
    ["verify"],
  );
  importedKeys.set(bytes, key);
  key.catch(() => importedKeys.delete(bytes));
  return key;
}

let chosen: Promise<MlDsa65> | undefined;

/** The implementation of this runtime: WebCrypto's if a key can be imported and exported there, else noble's. */
export function chooseMlDsa65(): Promise<MlDsa65> {
  return chosen ??= webCryptoMlDsa65.keyPair(new Uint8Array(ML_DSA65_SEED_SIZE))
    .then(() => webCryptoMlDsa65, () => nobleMlDsa65);
}
