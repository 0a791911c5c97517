/**
 * Calls that wait for an answer. A hot path: a table indexed by the id's low bits, whose entries are
 * used again, in place of a `Map` with a closure per call.
 *
 * Ids count up, so that one is not used again before 2^28 others: a late answer cannot be taken for
 * another call's. An id whose slot is still taken is skipped, and so is one that has another owner: a
 * user's own promise id, or a stream.
 */

import type { Response } from "./envelope.ts";
import { type DeadlineWheel, Timed } from "./deadlines.ts";
import { RpcError } from "./rpc_error.ts";
import { Status } from "./status.ts";
import type { SignalWatch } from "./signals.ts";

type Resolve = (response: Response) => void;
type Reject = (error: RpcError) => void;

let resolveOf: Resolve;
let rejectOf: Reject;
const capture = (resolve: Resolve, reject: Reject): void => {
  resolveOf = resolve;
  rejectOf = reject;
};
const nothing = (): void => {};

/** One waiting call, or a free entry. */
export class PendingCall extends Timed {
  readonly #table: PendingTable;
  /** Correlation id; 0 if the entry is free. */
  id = 0;
  /** Method, for errors. */
  method = 0;
  /** The user's own promise id, where it is the key of mux framing; else 0. */
  explicitID = 0;
  /** Set while a signal may abort the call. */
  watch: SignalWatch | undefined = undefined;
  #resolve: Resolve = nothing;
  #reject: Reject = nothing;

  /** A free entry. */
  constructor(table: PendingTable) {
    super();
    this.#table = table;
  }

  /** Makes the entry a call's; answers its promise. */
  begin(id: number, method: number): Promise<Response> {
    this.id = id;
    this.method = method;
    const promise = new Promise<Response>(capture);
    this.#resolve = resolveOf;
    this.#reject = rejectOf;
    return promise;
  }

  /** Resolves a call that was taken out of the table. */
  answer(response: Response): void {
    const resolve = this.#resolve;
    // The entry stays: it must not keep the answer, and the chunk under it, alive.
    this.#resolve = this.#reject = nothing;
    resolve(response);
  }

  /** Rejects a call that was taken out of the table. */
  refuse(error: RpcError): void {
    const reject = this.#reject;
    this.#resolve = this.#reject = nothing;
    reject(error);
  }

  /** No answer came in time. */
  override expired(): void {
    this.#table.fail(
      this,
      new RpcError(
        "deadline",
        `Call of method ${this.method} got no answer in time`,
        {
          status: Status.DeadlineExceeded,
          method: this.method,
        },
      ),
    );
  }

  /** The caller's signal has fired. */
  aborted(reason: unknown): void {
    this.#table.fail(
      this,
      new RpcError("aborted", `Call of method ${this.method} was aborted`, {
        method: this.method,
        cause: reason,
      }),
    );
  }
}

/** First size of the table; it doubles when half full. */
const FIRST_SLOTS = 16;
/** Ids of the side that connected begin here, those of the side that accepted a quarter later: streams of both share one space. Below 2^30, so that an id is a small integer on every engine. */
const ID_BASE = 0x20000000;
const ID_COUNT = 0x10000000;

/** See the file's comment. */
export class PendingTable {
  readonly #wheel: DeadlineWheel;
  readonly #base: number;
  #slots: PendingCall[] = [];
  #mask = -1;
  #sequence = 0;
  #count = 0;
  /** Owners of ids beside the table: calls by the user's own promise ids, `undefined` for streams. */
  readonly #named: Map<number, PendingCall | undefined> = new Map();

  /** `accepted`: whether this side accepted the connection. */
  constructor(wheel: DeadlineWheel, accepted: boolean) {
    this.#wheel = wheel;
    this.#base = accepted ? ID_BASE + ID_COUNT : ID_BASE;
  }

  /** Calls that wait. */
  get size(): number {
    return this.#count;
  }

  /** An id that nothing pending has, also for a stream. */
  nextID(): number {
    if (2 * this.#count >= this.#slots.length) this.#grow();
    for (;;) {
      const sequence = this.#sequence = (this.#sequence + 1) & (ID_COUNT - 1);
      if (this.#slots[sequence & this.#mask]!.id !== 0) continue;
      const id = this.#base + sequence;
      if (this.#named.size === 0 || !this.#named.has(id)) return id;
    }
  }

  /** Enters a call; its promise is `promise` until the next. */
  add(method: number, timeoutMs: number): PendingCall {
    const id = this.nextID();
    const call = this.#slots[id & this.#mask]!;
    this.promise = call.begin(id, method);
    this.#count++;
    if (timeoutMs > 0 && timeoutMs < Infinity) this.#wheel.set(call, timeoutMs);
    return call;
  }

  /** The promise of the call entered last. */
  promise!: Promise<Response>;

  /** Makes a call findable by the user's own promise id; `false` if a pending one has it. */
  alias(call: PendingCall, id: number): boolean {
    if (this.#named.has(id) || this.#slots[id & this.#mask]!.id === id) return false;
    this.#named.set(id, call);
    call.explicitID = id;
    return true;
  }

  /** Keeps an id from calls while a stream has it. */
  reserve(id: number): void {
    if (!this.#named.has(id)) this.#named.set(id, undefined);
  }

  /** The stream with that id is over. */
  unreserve(id: number): void {
    if (this.#named.get(id) === undefined) this.#named.delete(id);
  }

  /** Takes the call that an answer is for out of the table; `undefined` if none waits for it. */
  take(id: number): PendingCall | undefined {
    const call = this.#slots[id & this.#mask];
    if (call === undefined || call.id !== id || id === 0) return undefined;
    this.#release(call);
    return call;
  }

  /** As `take`, by the user's own promise id or ours (mux framing). */
  takeByPromise(id: number): PendingCall | undefined {
    const named = this.#named.size === 0 ? undefined : this.#named.get(id);
    if (named === undefined) return this.take(id);
    this.#release(named);
    return named;
  }

  /** Rejects a call, if it still waits. */
  fail(call: PendingCall, error: RpcError): void {
    if (call.id === 0) return;
    this.#release(call);
    call.refuse(error);
  }

  /** Rejects every call with an error of its own. */
  failAll(make: (method: number) => RpcError): void {
    if (this.#count === 0) return;
    for (const call of this.#slots) {
      if (call.id !== 0) this.fail(call, make(call.method));
    }
  }

  #release(call: PendingCall): void {
    call.id = 0;
    this.#count--;
    if (call.bucket >= 0) this.#wheel.clear(call);
    if (call.watch !== undefined) {
      call.watch.delete(call);
      call.watch = undefined;
    }
    if (call.explicitID !== 0) {
      this.#named.delete(call.explicitID);
      call.explicitID = 0;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const size = Math.max(FIRST_SLOTS, old.length * 2);
    const mask = size - 1;
    const slots: PendingCall[] = new Array(size);
    // Ids that differ in the old low bits differ in the new ones.
    const free: PendingCall[] = [];
    for (const call of old) {
      if (call.id === 0) free.push(call);
      else slots[call.id & mask] = call;
    }
    for (let i = 0; i < size; i++) {
      slots[i] ??= free.pop() ?? new PendingCall(this);
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}
