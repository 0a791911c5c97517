/**
 * secp256k1 keys from and to raw bytes, PKCS#8 (RFC 5915 in RFC 5958), SPKI (RFC 5480) and JWK
 * (RFC 8812). The documents are those that OpenSSL writes; they have one form each, so their DER is
 * compared, not parsed.
 */

import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes, copyBytes, decodeHex, equalBytes } from "../../base/bytes.ts";
import { decodeBase64url, encodeBase64url } from "../base64url.ts";

/** Bytes of a compressed public key. */
export const PUBLIC_KEY_SIZE = 33;
/** Bytes of a private key. */
const SECRET_SIZE = 32;
/** Bytes of an uncompressed point. */
const POINT_SIZE = 65;

/** AlgorithmIdentifier: id-ecPublicKey (1.2.840.10045.2.1) on secp256k1 (1.3.132.0.10). */
const ALGORITHM = "301006072a8648ce3d020106052b8104000a";
/** PrivateKeyInfo up to the 32 bytes of the key, where the public key follows it. */
const PKCS8_HEAD: Uint8Array = der(`308184020100${ALGORITHM}046d306b0201010420`);
/** What stands between a private key and its public key, an uncompressed point. */
const PKCS8_PUBLIC: Uint8Array = der("a144034200");
/** PrivateKeyInfo up to the 32 bytes of the key, where the public key is left out. */
const PKCS8_HEAD_ALONE: Uint8Array = der(`303e020100${ALGORITHM}042730250201010420`);
/** SubjectPublicKeyInfo up to an uncompressed point. */
const SPKI_HEAD: Uint8Array = der(`3056${ALGORITHM}034200`);
/** SubjectPublicKeyInfo up to a compressed point. */
const SPKI_HEAD_COMPRESSED: Uint8Array = der(`3036${ALGORITHM}032200`);

function der(hex: string): Uint8Array {
  return decodeHex(hex)!;
}

/** What follows `head` in a document of `size` more bytes; `undefined` for another document. */
function after(head: Uint8Array, document: Uint8Array, size: number): Uint8Array | undefined {
  return document.length === head.length + size &&
      equalBytes(document.subarray(0, head.length), head)
    ? copyBytes(document.subarray(head.length))
    : undefined;
}

/** A private key with the compressed public key that its document states, if it states one. */
export interface StatedKey {
  /** 32 bytes, not looked at. */
  readonly secret: Uint8Array;
  /** 33 bytes: must be the public key of `secret`. */
  readonly publicKey: Uint8Array | undefined;
}

/** Reads a PKCS#8 document. */
export function decodePkcs8(pkcs8: Uint8Array): StatedKey {
  const alone = after(PKCS8_HEAD_ALONE, pkcs8, SECRET_SIZE);
  if (alone) return { secret: alone, publicKey: undefined };
  const both = after(PKCS8_HEAD, pkcs8, SECRET_SIZE + PKCS8_PUBLIC.length + POINT_SIZE);
  const point = both && after(PKCS8_PUBLIC, both.subarray(SECRET_SIZE), POINT_SIZE);
  if (!both || !point) {
    throw new TypeError("Cannot import PKCS#8: it is not a secp256k1 private key");
  }
  return { secret: both.subarray(0, SECRET_SIZE), publicKey: compress(point) };
}

/** Writes the PKCS#8 document of a private key. */
export function encodePkcs8(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return concatBytes([PKCS8_HEAD, secret, PKCS8_PUBLIC, uncompress(publicKey)]);
}

/** Reads a private JWK. */
export function decodeJwk(jwk: JsonWebKey): StatedKey {
  return { secret: jwkBytes(jwk, "d"), publicKey: importSecp256k1PublicKey("jwk", jwk) };
}

/**
 * Imports a secp256k1 public key.
 *
 * @param format `raw` (33 bytes, compressed), `spki` (DER, RFC 5480) or `jwk` (RFC 8812).
 * @param key The key in that format.
 * @returns The raw key, as `issuerKey` answers it.
 * @throws {TypeError} If it is not such a key.
 */
export function importSecp256k1PublicKey(
  ...[format, key]: ["raw" | "spki", Uint8Array] | ["jwk", JsonWebKey]
): Uint8Array {
  if (format === "jwk") {
    return compress(Uint8Array.of(4, ...jwkBytes(key, "x"), ...jwkBytes(key, "y")));
  }
  const point = format === "raw" ? after(new Uint8Array(0), key, PUBLIC_KEY_SIZE) : (
    after(SPKI_HEAD, key, POINT_SIZE) ?? after(SPKI_HEAD_COMPRESSED, key, PUBLIC_KEY_SIZE)
  );
  if (point) return compress(point);
  throw new TypeError(
    format === "raw"
      ? `Cannot import secp256k1 public key: it must be ${PUBLIC_KEY_SIZE} bytes`
      : "Cannot import SPKI: it is not a secp256k1 public key",
  );
}

/**
 * Exports a secp256k1 public key.
 *
 * @param format `spki` (DER, with the uncompressed point) or `jwk`.
 * @param publicKey The raw key, 33 bytes.
 * @throws {TypeError} If it is no such key.
 */
export function exportSecp256k1PublicKey(format: "spki", publicKey: Uint8Array): Uint8Array;
/** Exports a secp256k1 public key as JWK (RFC 8812). */
export function exportSecp256k1PublicKey(format: "jwk", publicKey: Uint8Array): JsonWebKey;
export function exportSecp256k1PublicKey(
  format: "spki" | "jwk",
  publicKey: Uint8Array,
): Uint8Array | JsonWebKey {
  const point = uncompress(importSecp256k1PublicKey("raw", publicKey));
  if (format === "spki") return concatBytes([SPKI_HEAD, point]);
  return {
    kty: "EC",
    crv: "secp256k1",
    x: encodeBase64url(point.subarray(1, 33)),
    y: encodeBase64url(point.subarray(33)),
  };
}

function compress(point: Uint8Array): Uint8Array {
  try {
    return secp256k1.Point.fromBytes(point).toBytes(true);
  } catch (cause) {
    throw new TypeError("Cannot import secp256k1 public key: it is no point of the curve", {
      cause,
    });
  }
}

function uncompress(publicKey: Uint8Array): Uint8Array {
  return secp256k1.Point.fromBytes(publicKey).toBytes(false);
}

function jwkBytes(jwk: JsonWebKey, name: "x" | "y" | "d"): Uint8Array {
  if (jwk.kty !== "EC" || jwk.crv !== "secp256k1") {
    throw new TypeError('Cannot import JWK: "kty" must be "EC" and "crv" must be "secp256k1"');
  }
  const text = jwk[name];
  const bytes = typeof text === "string" ? decodeBase64url(text) : undefined;
  if (bytes?.length === 32) return bytes;
  throw new TypeError(`Cannot import JWK: "${name}" must be 32 bytes in base64url`);
}
