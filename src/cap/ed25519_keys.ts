/**
 * Ed25519 keys from and to raw bytes, PKCS#8, SPKI (RFC 8410) and JWK (RFC 8037). JWKs are read here
 * instead of by WebCrypto, because runtimes differ in what they let pass.
 */

import { copyBytes, equalBytes } from "../base/bytes.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { isStrictEd25519Key } from "./ed25519_strict.ts";

const ALGORITHM = "Ed25519";
/** DER in front of a 32-byte seed: PrivateKeyInfo with OID 1.3.101.112 (RFC 8410 §7). */
const PKCS8_HEAD: Uint8Array = Uint8Array.of(
  ...[
    0x30,
    0x2e,
    0x02,
    0x01,
    0x00,
    0x30,
    0x05,
    0x06,
    0x03,
    0x2b,
    0x65,
    0x70,
    0x04,
    0x22,
    0x04,
    0x20,
  ],
);

/** Checks that raw bytes are a public key worth having. */
function assertPublicKey(raw: Uint8Array): Uint8Array {
  if (isStrictEd25519Key(raw)) return raw;
  throw new TypeError(
    "Cannot import Ed25519 public key: it must be 32 bytes, in canonical form and not of small order",
  );
}

/** A member of a JWK that holds 32 bytes. */
function jwkBytes(jwk: JsonWebKey, name: "x" | "d"): Uint8Array {
  if (jwk.kty !== "OKP" || jwk.crv !== ALGORITHM) {
    throw new TypeError(
      'Cannot import JWK: "kty" must be "OKP" and "crv" must be "Ed25519"',
    );
  }
  const text = jwk[name];
  const bytes = typeof text === "string" ? decodeBase64url(text) : undefined;
  if (bytes?.length === 32) return bytes;
  throw new TypeError(
    `Cannot import JWK: "${name}" must be 32 bytes in base64url`,
  );
}

/** Private and public `CryptoKey` of a 32-byte seed, and the raw public key. */
export async function keysOfSeed(
  seed: Uint8Array,
): Promise<{ privateKey: CryptoKey; publicKey: Uint8Array }> {
  if (seed.length !== 32) {
    throw new TypeError(
      `Cannot import Ed25519 seed: it must be 32 bytes, not ${seed.length}`,
    );
  }
  const pkcs8 = new Uint8Array(PKCS8_HEAD.length + 32);
  pkcs8.set(PKCS8_HEAD);
  pkcs8.set(seed, PKCS8_HEAD.length);
  return await keysOfPkcs8(pkcs8);
}

/** Private `CryptoKey` and raw public key of a PKCS#8 document. */
export async function keysOfPkcs8(
  pkcs8: Uint8Array,
): Promise<{ privateKey: CryptoKey; publicKey: Uint8Array }> {
  let privateKey: CryptoKey;
  try {
    const bytes = pkcs8 as Uint8Array<ArrayBuffer>;
    privateKey = await crypto.subtle.importKey(
      "pkcs8",
      bytes,
      ALGORITHM,
      true,
      ["sign"],
    );
  } catch (cause) {
    throw new TypeError(
      "Cannot import PKCS#8: it is not an Ed25519 private key",
      { cause },
    );
  }
  const jwk = await crypto.subtle.exportKey("jwk", privateKey);
  return { privateKey, publicKey: jwkBytes(jwk, "x") };
}

/** The same of a private JWK; its `x` must belong to its `d`. */
export async function keysOfJwk(
  jwk: JsonWebKey,
): Promise<{ privateKey: CryptoKey; publicKey: Uint8Array }> {
  const keys = await keysOfSeed(jwkBytes(jwk, "d"));
  if (equalBytes(keys.publicKey, jwkBytes(jwk, "x"))) return keys;
  throw new TypeError('Cannot import JWK: "x" is not the public key of "d"');
}

/** A private key as its 32-byte seed. Rejects if the key is not extractable. */
export async function seedOf(privateKey: CryptoKey): Promise<Uint8Array> {
  return jwkBytes(await crypto.subtle.exportKey("jwk", privateKey), "d");
}

/**
 * Imports an Ed25519 public key.
 *
 * @param format `raw` (32 bytes), `spki` (DER) or `jwk`.
 * @param key The key in that format.
 * @returns The raw key, as `issuerKey` answers it.
 * @throws {TypeError} If it is not an Ed25519 key, not in canonical form, or of small order.
 */
export async function importEd25519PublicKey(
  ...[format, key]: ["raw" | "spki", Uint8Array] | ["jwk", JsonWebKey]
): Promise<Uint8Array> {
  if (format === "jwk") return assertPublicKey(jwkBytes(key, "x"));
  if (format === "raw") return assertPublicKey(copyBytes(key));
  try {
    const bytes = key as Uint8Array<ArrayBuffer>;
    const imported = await crypto.subtle.importKey(
      "spki",
      bytes,
      ALGORITHM,
      true,
      ["verify"],
    );
    return assertPublicKey(
      new Uint8Array(await crypto.subtle.exportKey("raw", imported)),
    );
  } catch (cause) {
    throw new TypeError("Cannot import SPKI: it is not an Ed25519 public key", {
      cause,
    });
  }
}

/**
 * Exports an Ed25519 public key.
 *
 * @param format `spki` (DER) or `jwk`.
 * @param publicKey The raw key, 32 bytes.
 * @throws {TypeError} If it is not 32 bytes, not in canonical form, or of small order.
 */
export function exportEd25519PublicKey(
  format: "spki",
  publicKey: Uint8Array,
): Promise<Uint8Array>;
/** Exports an Ed25519 public key as JWK. */
export function exportEd25519PublicKey(
  format: "jwk",
  publicKey: Uint8Array,
): Promise<JsonWebKey>;
export async function exportEd25519PublicKey(
  format: "spki" | "jwk",
  publicKey: Uint8Array,
): Promise<Uint8Array | JsonWebKey> {
  const raw = assertPublicKey(publicKey) as Uint8Array<ArrayBuffer>;
  if (format === "jwk") {
    return { kty: "OKP", crv: ALGORITHM, x: encodeBase64url(raw) };
  }
  const key = await crypto.subtle.importKey("raw", raw, ALGORITHM, true, [
    "verify",
  ]);
  return new Uint8Array(await crypto.subtle.exportKey("spki", key));
}
