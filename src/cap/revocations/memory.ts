import { encodeHex } from "../../base/bytes.ts";
import { REVOCATION_MARGIN_SECONDS } from "../limits.ts";
import { systemSeconds } from "../time.ts";
import type { RevocationRecord, RevocationStore } from "./store.ts";

/** Records between two sweeps of those whose capability has expired. */
const SWEEP_EVERY = 1024;

/**
 * Revocations of one process, forgotten when it ends. A record goes a day after its capability has
 * expired; no other is ever dropped.
 *
 * @example
 * ```ts
 * import { MemoryRevocations, Verifier } from "@zap-proto/edge/cap";
 *
 * const revocations = new MemoryRevocations();
 * const verifier = new Verifier({ isRevoked: (id) => revocations.isRevoked(id) });
 * console.log(revocations.isRevoked(new Uint8Array(32)), verifier instanceof Verifier); // false true
 * ```
 */
export class MemoryRevocations implements RevocationStore {
  readonly #records: Map<string, RevocationRecord> = new Map();
  readonly #now: () => bigint;
  #untilSweep = SWEEP_EVERY;

  /** Tells the time by `now`, Unix seconds; by default the machine's. */
  constructor(now: () => bigint = systemSeconds) {
    this.#now = now;
  }

  /** Number of records. */
  get size(): number {
    return this.#records.size;
  }

  /** Keeps a record; see `RevocationStore.add`. */
  add(record: RevocationRecord): Promise<void> {
    this.#records.set(encodeHex(record.revocation.capID), record);
    if (--this.#untilSweep === 0) this.sweep();
    return Promise.resolve();
  }

  /** Whether there is a record of this capability. */
  isRevoked(capID: Uint8Array): boolean {
    return this.#records.has(encodeHex(capID));
  }

  /** The record of a capability. */
  get(capID: Uint8Array): RevocationRecord | undefined {
    return this.#records.get(encodeHex(capID));
  }

  /** All records, oldest first. */
  records(): IterableIterator<RevocationRecord> {
    return this.#records.values();
  }

  /** Drops the records of capabilities that expired more than a day ago. Happens by itself every 1024 records. */
  sweep(): void {
    this.#untilSweep = SWEEP_EVERY;
    const last = this.#now() - REVOCATION_MARGIN_SECONDS;
    for (const [id, { expiresAt }] of this.#records) {
      if (expiresAt !== 0n && last > expiresAt) this.#records.delete(id);
    }
  }
}
