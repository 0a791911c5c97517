import { encodeHex } from "../../base/bytes.ts";
import { REVOCATION_MARGIN_SECONDS } from "../limits.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import type { RevocationRecord, RevocationStore } from "./store.ts";

/** A connection to Redis, as the store needs it. `connectRedis` of `@zap-proto/edge/node` makes one. */
export interface RedisCommands {
  /**
   * Sends a command; rejected if Redis answers an error or cannot be reached.
   *
   * @param words The command and its arguments.
   * @returns Integers as numbers, bulk strings as bytes.
   */
  command(words: readonly (string | Uint8Array)[]): Promise<unknown>;
}

/**
 * Revocations in Redis, shared by all who verify. A record goes a day after its capability has expired.
 * While Redis cannot be reached, `isRevoked` is rejected, which a verifier takes for "revoked".
 */
export class RedisRevocations implements RevocationStore {
  readonly #redis: RedisCommands;
  readonly #prefix: string;

  /** Keeps records under `prefix` and the capability's id in hex. Default `"zap:revoked:"`. */
  constructor(redis: RedisCommands, prefix = "zap:revoked:") {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  #key(capID: Uint8Array): string {
    return this.#prefix + encodeHex(capID);
  }

  /** Keeps a record; fulfilled when Redis has it. How durable that is, is for Redis's settings to say. */
  async add(record: RevocationRecord): Promise<void> {
    const { revocation, expiresAt } = record;
    const words = ["SET", this.#key(revocation.capID), encodeRecord(record)];
    // The capability is valid in the second of its expiry, and Redis drops a key when EXAT begins.
    if (expiresAt !== 0n && expiresAt < MAX_EXPIRY) {
      words.push("EXAT", String(expiresAt + REVOCATION_MARGIN_SECONDS));
    }
    await this.#redis.command(words);
  }

  /** Whether there is a record of this capability. */
  async isRevoked(capID: Uint8Array): Promise<boolean> {
    // Only a clear no lets a capability pass.
    return await this.#redis.command(["EXISTS", this.#key(capID)]) !== 0;
  }

  /** The record of a capability. */
  async get(capID: Uint8Array): Promise<RevocationRecord | undefined> {
    const bytes = await this.#redis.command(["GET", this.#key(capID)]);
    return bytes instanceof Uint8Array ? decodeRecord(bytes) : undefined;
  }
}

/** Beyond the year 9999 Redis may refuse the time; such a record stays. */
const MAX_EXPIRY = 253_402_300_799n;
