/**
 * Revocations in a file that is only appended to. Layout: the 8 bytes `ZAPREV1\n`, then records of
 * `length u32, check 8 bytes (the first of the payload's SHA-256), payload`.
 *
 * A crash can leave the last record half written, or followed by zeroes where the file grew before
 * its bytes came; what it leaves is cut off when the file is opened. That record's `add` had not been
 * fulfilled, so nothing is lost that anybody relied on. Damage anywhere else is an error: to go on
 * would bring capabilities back to life.
 */

import { equalBytes } from "../../base/bytes.ts";
import { hash32 } from "../hash.ts";
import { areZero, u32At } from "../layout.ts";
import { MAX_RECORD_BYTES } from "../limits.ts";
import { systemSeconds } from "../time.ts";
import { MemoryRevocations } from "./memory.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import type { RevocationRecord, RevocationStore } from "./store.ts";

/** A file, as the store needs it. `openAppendFile` of `@zap-proto/edge/node` makes one. */
export interface AppendFile {
  /** All of its bytes. */
  read(): Promise<Uint8Array>;
  /** Its length in bytes, now. */
  size(): Promise<number>;
  /** Appends, and is fulfilled when the bytes are on the disk (fsync). */
  append(bytes: Uint8Array): Promise<void>;
  /** Cuts it to a length, and is fulfilled when that is on the disk. */
  truncate(length: number): Promise<void>;
  /** Closes it. */
  close(): Promise<void>;
}

const MAGIC: Uint8Array = new TextEncoder().encode("ZAPREV1\n");
const CHECK_SIZE = 8;
const HEAD_SIZE: number = 4 + CHECK_SIZE;

/**
 * Revocations in an append-only file, with a copy in memory. One process may have it open: another's
 * records are not seen, and once it has written, `add` is rejected.
 */
export class FileRevocations implements RevocationStore {
  readonly #file: AppendFile;
  readonly #memory: MemoryRevocations;
  /** Length of what is known to be whole. */
  #length: number;
  /** How many bytes a failed append left behind `#length`. */
  #torn = 0;
  /** The last append: one follows the other. */
  #last: Promise<void> = Promise.resolve();

  private constructor(
    file: AppendFile,
    memory: MemoryRevocations,
    length: number,
  ) {
    this.#file = file;
    this.#memory = memory;
    this.#length = length;
  }

  /**
   * Reads a file and cuts off what a crash left unfinished.
   *
   * @param file The file, which may be empty.
   * @param now Tells the time, Unix seconds. Default: the machine's.
   * @throws {Error} If it is not such a file, or is damaged before its end.
   */
  static async open(
    file: AppendFile,
    now: () => bigint = systemSeconds,
  ): Promise<FileRevocations> {
    const bytes = await file.read();
    const memory = new MemoryRevocations(now);
    const length = await readRecords(bytes, memory);
    if (length < bytes.length) await file.truncate(length);
    if (length === 0) await file.append(MAGIC);
    memory.sweep();
    return new FileRevocations(file, memory, Math.max(length, MAGIC.length));
  }

  /** Number of records. */
  get size(): number {
    return this.#memory.size;
  }

  /**
   * Keeps a record; fulfilled when it is on the disk. It holds in this process at once, even if
   * writing it fails; rejected if it does, or if another process has written to the file.
   */
  async add(record: RevocationRecord): Promise<void> {
    const written = this.#last.then(() => this.#append(encodeRecord(record)));
    this.#last = written.catch(() => {});
    await this.#memory.add(record);
    await written;
  }

  async #append(payload: Uint8Array): Promise<void> {
    const bytes = new Uint8Array(HEAD_SIZE + payload.length);
    new DataView(bytes.buffer).setUint32(0, payload.length, true);
    bytes.set((await hash32(payload)).subarray(0, CHECK_SIZE), 4);
    bytes.set(payload, HEAD_SIZE);
    if (await this.#file.size() !== this.#length + this.#torn) {
      // To cut or to go on could lose what the other was told is kept.
      throw new Error("Cannot keep revocation: another process has written to the file");
    }
    if (this.#torn > 0) await this.#file.truncate(this.#length);
    this.#torn = 0;
    try {
      await this.#file.append(bytes);
    } catch (error) {
      this.#torn = await this.#file.size() - this.#length;
      throw error;
    }
    this.#length += bytes.length;
  }

  /** Whether there is a record of this capability. */
  isRevoked(capID: Uint8Array): boolean {
    return this.#memory.isRevoked(capID);
  }

  /** The record of a capability. */
  get(capID: Uint8Array): RevocationRecord | undefined {
    return this.#memory.get(capID);
  }

  /** All records, oldest first. */
  records(): IterableIterator<RevocationRecord> {
    return this.#memory.records();
  }

  /** Waits for what is being written, then closes the file. */
  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}

/** Reads the records; answers how many bytes are whole. */
async function readRecords(
  bytes: Uint8Array,
  memory: MemoryRevocations,
): Promise<number> {
  const written = MAGIC.findIndex((byte, i) => bytes[i] !== byte);
  if (written >= 0) {
    if (isZero(bytes, written)) return 0;
    throw new Error(
      "Cannot open revocations: the file is not one of revocations",
    );
  }
  let at = MAGIC.length;
  while (at < bytes.length) {
    const end = await readRecord(bytes, at, memory);
    if (end === undefined) return at;
    at = end;
  }
  return at;
}

/** Reads the record at `at`; answers where it ends, or `undefined` if a crash left it unfinished. */
async function readRecord(
  bytes: Uint8Array,
  at: number,
  memory: MemoryRevocations,
): Promise<number | undefined> {
  if (bytes.length - at < HEAD_SIZE) return undefined;
  const length = u32At(bytes, at);
  const end = at + HEAD_SIZE + length;
  if (length > 0 && length <= MAX_RECORD_BYTES) {
    if (end > bytes.length) return undefined;
    const payload = bytes.subarray(at + HEAD_SIZE, end);
    const check = (await hash32(payload)).subarray(0, CHECK_SIZE);
    const record = decodeRecord(payload);
    if (record && equalBytes(check, bytes.subarray(at + 4, at + HEAD_SIZE))) {
      await memory.add(record);
      return end;
    }
    // Blocks may come to the disk in any order, so the last record can have holes.
    if (isZero(bytes, end)) return undefined;
  } else if (isZero(bytes, at)) return undefined;
  throw new Error(
    `Cannot open revocations: the file is damaged at byte ${at}; restore it, or cut it there and revoke again`,
  );
}

function isZero(bytes: Uint8Array, from: number): boolean {
  return areZero(bytes, Math.min(from, bytes.length), bytes.length);
}
