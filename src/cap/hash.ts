/** SHA-256 by WebCrypto: the hash of ids and of keys. */

/**
 * SHA-256 of bytes: how ids are made of capabilities, and holders and issuers of public keys.
 *
 * @param bytes What to hash; not changed before the promise settles.
 * @returns 32 bytes.
 */
export async function hash32(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(
    await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>),
  );
}
