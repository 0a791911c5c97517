/** Public keys made ready once: their hash, and their import into WebCrypto. */

import { copyBytes } from "../base/bytes.ts";
import { ByteCache } from "./byte_cache.ts";
import { isStrictEd25519Key } from "./ed25519_strict.ts";
import { hash32 } from "./hash.ts";
import { CACHED_KEYS } from "./limits.ts";

/** A public key, ready for use. */
export interface ReadyKey {
  /** The raw key; nobody else can change it. */
  readonly bytes: Uint8Array;
  /** SHA-256 of it: what capabilities name as issuer. */
  readonly hash: Uint8Array;
  /** The key for Ed25519; `undefined` if it is not one that signatures are believed of. */
  readonly ed25519: CryptoKey | undefined;
}

/** Ready keys, the most recently used. */
export class IssuerKeys {
  /** A public key's first bytes are as good as random. */
  readonly #ready: ByteCache<ReadyKey> = new ByteCache(CACHED_KEYS, 0);

  /** The key, at once if it was used before. */
  get(publicKey: Uint8Array): ReadyKey | Promise<ReadyKey> {
    return this.#ready.get(publicKey) ?? this.#prepare(copyBytes(publicKey));
  }

  async #prepare(bytes: Uint8Array<ArrayBuffer>): Promise<ReadyKey> {
    const [hash, ed25519] = await Promise.all([
      hash32(bytes),
      importEd25519(bytes),
    ]);
    const key = { bytes, hash, ed25519 };
    this.#ready.set(bytes, key);
    return key;
  }
}

async function importEd25519(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<CryptoKey | undefined> {
  if (!isStrictEd25519Key(bytes)) return undefined;
  try {
    return await crypto.subtle.importKey("raw", bytes, "Ed25519", false, [
      "verify",
    ]);
  } catch {
    // No point of the curve: some runtimes find that here, others when they verify.
    return undefined;
  }
}
