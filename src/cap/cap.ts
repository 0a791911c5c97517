import { concatBytes } from "../base/bytes.ts";
import { HEADER_SIZE } from "../wire/format.ts";
import { ZapParseError } from "../wire/parse_error.ts";
import { type ListView, Message, type StructView } from "../wire/views.ts";
import { CapError } from "./error.ts";
import { hash32 } from "./hash.ts";
import { CAVEAT_KIND, CAVEAT_VALUE, FIELD, SIG_SIZE, SIGNED_SIZE, u32At } from "./layout.ts";
import { MAX_CAP_BYTES } from "./limits.ts";

/** A restriction on a capability. */
export interface Caveat {
  /** Which restriction: a `CaveatKind`. */
  readonly kind: number;
  /** Its value, in the kind's own encoding. */
  readonly value: Uint8Array;
}

/**
 * A capability: a view on its bytes that copies nothing. Wrapping checks the framing only; whether
 * to believe it is for a `Verifier` to say. The bytes must not change while the view is in use.
 *
 * @example
 * ```ts
 * import { Cap, CapKind, Ed25519Signer, issue } from "@zap-proto/edge/cap";
 *
 * const signer = await Ed25519Signer.generate();
 * const minted = await issue({ kind: CapKind.KMSSign, permissions: 1n }, signer);
 * const cap = Cap.wrap(minted.raw());
 * console.log(cap.kind() === CapKind.KMSSign, cap.numCaveats()); // true 0
 * ```
 */
export class Cap {
  readonly #root: StructView;
  readonly #caveats: readonly Caveat[];
  #canonical: Uint8Array | undefined;
  #id: Promise<Uint8Array> | undefined;
  #knownId: Uint8Array | undefined;

  private constructor(root: StructView, caveats: readonly Caveat[]) {
    this.#root = root;
    this.#caveats = caveats;
  }

  /**
   * Wraps the bytes of a capability.
   *
   * @param bytes A ZAP message; bytes after its declared size are ignored.
   * @throws {CapError} `too_short` if the header or the signature does not fit, `bad_magic`, or
   * `bad_caveats` if a caveat cannot be parsed or the whole is over 65,536 bytes.
   */
  static wrap(bytes: Uint8Array): Cap {
    const message = parse(bytes);
    if (message.size() > MAX_CAP_BYTES) {
      throw new CapError(
        "bad_caveats",
        `Cannot wrap capability: ${message.size()} bytes exceed ${MAX_CAP_BYTES}`,
      );
    }
    const root = message.root();
    if (
      root.offset < HEADER_SIZE ||
      root.offset + FIELD.sig + SIG_SIZE > message.size()
    ) {
      throw new CapError("too_short");
    }
    return new Cap(root, parseCaveats(root));
  }

  /** The whole message. */
  raw(): Uint8Array {
    return this.#root.data;
  }

  /** What it gives authority over: a `CapKind`. */
  kind(): number {
    return this.#root.u32(FIELD.kind);
  }

  /** What its holder may act on, 32 bytes. */
  target(): Uint8Array {
    return this.#root.bytesFixed(FIELD.target, 32);
  }

  /** SHA-256 of its holder's public key. */
  holder(): Uint8Array {
    return this.#root.bytesFixed(FIELD.holder, 32);
  }

  /** SHA-256 of its issuer's public key. */
  issuer(): Uint8Array {
    return this.#root.bytesFixed(FIELD.issuer, 32);
  }

  /** What its holder may do: 64 bits, the low 32 of which belong to the kind. */
  permissions(): bigint {
    return this.#root.u64(FIELD.permissions);
  }

  /** Id of the capability that it was attenuated from; zeroes for a root. */
  parent(): Uint8Array {
    return this.#root.bytesFixed(FIELD.parent, 32);
  }

  /** When it was issued, Unix seconds. */
  issuedAt(): bigint {
    return this.#root.u64(FIELD.issuedAt);
  }

  /** The last second in which it is valid, Unix seconds; 0 is for ever. */
  expiresAt(): bigint {
    return this.#root.u64(FIELD.expiresAt);
  }

  /** The signature field: 3408 bytes, of which the last is the scheme's tag. */
  signature(): Uint8Array {
    return this.#root.bytesFixed(FIELD.sig, SIG_SIZE);
  }

  /** Number of caveats. */
  numCaveats(): number {
    return this.#caveats.length;
  }

  /** The caveats, in order. Their values are views on the capability's bytes. */
  caveats(): readonly Caveat[] {
    return this.#caveats;
  }

  /**
   * What the signature covers: the fields as they stand, then every caveat. Made once; without
   * caveats a view on the capability's bytes.
   */
  canonicalBytes(): Uint8Array {
    return this.#canonical ??= this.#caveats.length === 0
      ? this.#root.bytesFixed(0, SIGNED_SIZE)
      : this.#makeCanonicalBytes();
  }

  #makeCanonicalBytes(): Uint8Array {
    let length = SIGNED_SIZE;
    for (const caveat of this.#caveats) length += 8 + caveat.value.length;
    const bytes = new Uint8Array(length);
    bytes.set(this.#root.bytesFixed(0, SIGNED_SIZE));
    const view = new DataView(bytes.buffer);
    let at = SIGNED_SIZE;
    for (const { kind, value } of this.#caveats) {
      view.setUint32(at, kind, true);
      view.setUint32(at + 4, value.length, true);
      bytes.set(value, at + 8);
      at += 8 + value.length;
    }
    return bytes;
  }

  /** Its name: SHA-256 of the canonical bytes and the signature. Computed once. */
  id(): Promise<Uint8Array> {
    return this.#id ??= this.#makeId();
  }

  async #makeId(): Promise<Uint8Array> {
    // Without caveats, the signature follows what it covers.
    const named = this.#caveats.length === 0
      ? this.#root.bytesFixed(0, SIGNED_SIZE + SIG_SIZE)
      : concatBytes([this.canonicalBytes(), this.signature()]);
    return this.#knownId = await hash32(named);
  }

  /** @internal The id, if it has been computed already. */
  knownId(): Uint8Array | undefined {
    return this.#knownId;
  }
}

function parse(bytes: Uint8Array): Message {
  try {
    return Message.parse(bytes);
  } catch (cause) {
    if (!(cause instanceof ZapParseError)) throw cause;
    const code = cause.code === "bad_magic" ? "bad_magic" : "too_short";
    throw new CapError(code, cause.message, { cause });
  }
}

function parseCaveats(root: StructView): readonly Caveat[] {
  const list: ListView = root.list(FIELD.caveats);
  const declared = u32At(root.data, root.offset + FIELD.caveats + 4);
  const caveats: Caveat[] = [];
  for (const element of list) caveats.push(parseCaveat(element));
  if (caveats.length !== declared) {
    throw new CapError(
      "bad_caveats",
      `Cannot parse caveats: ${declared} are declared, ${caveats.length} are there`,
    );
  }
  return caveats;
}

function parseCaveat(element: Uint8Array): Caveat {
  try {
    const view = Message.parse(element).root();
    if (!view.isNull()) {
      return { kind: view.u32(CAVEAT_KIND), value: view.bytes(CAVEAT_VALUE) };
    }
  } catch (cause) {
    if (!(cause instanceof ZapParseError)) throw cause;
    throw new CapError("bad_caveats", `Cannot parse caveat: ${cause.message}`, {
      cause,
    });
  }
  throw new CapError("bad_caveats");
}
