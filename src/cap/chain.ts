/**
 * A capability with its chain as one message (ours; the reference has none). Version 1, root object
 * of 16 bytes: `format u32 @0` = 0x314e4843 ("CHN1"), `caps list<Cap> @8`, leaf first, root last.
 * Each element is a message of its own with an object of 24 bytes: `fields bytes @0` (the capability's
 * root object, bytes 0 to 163), `sig bytes @8` (the signature without its padding, then the tag),
 * `caveats bytes @16` (the capability's message from byte 3592 on).
 *
 * Only the layout that `issue` writes can be written so; it comes back byte for byte. Without the
 * padding an Ed25519 capability takes 273 bytes instead of 3592, so that a chain fits in a header.
 */

import { Builder } from "../wire/builder.ts";
import { HEADER_SIZE } from "../wire/format.ts";
import { ZapParseError } from "../wire/parse_error.ts";
import { Message, type StructView } from "../wire/views.ts";
import { Cap } from "./cap.ts";
import { CapError } from "./error.ts";
import { CAVEATS_AT, hasBuilderLayout, SIG_AT, SIGNED_SIZE } from "./layout.ts";
import { MAX_CAP_BYTES, MAX_CHAIN, MAX_CHAIN_BYTES } from "./limits.ts";
import { packSignature, unpackSignature } from "./signature_bytes.ts";

/** "CHN1", where a capability has its kind: no kind has this number. */
const FORMAT = 0x314e4843;
const CHAIN_SIZE = 16;
const CHAIN_FORMAT = 0;
const CHAIN_CAPS = 8;
const ELEMENT_SIZE = 24;
const ELEMENT_FIELDS = 0;
const ELEMENT_SIG = 8;
const ELEMENT_CAVEATS = 16;

/** What a holder presents: a capability, and its parents up to the root. */
export interface CapChain {
  /** The capability that is used. */
  readonly leaf: Cap;
  /** Its parent, that one's parent, and so on to the root; empty if the leaf is a root. */
  readonly chain: readonly Cap[];
}

/**
 * Bytes of a capability with its chain: a ZAP message.
 *
 * @param leaf The capability that is used.
 * @param chain Its parent first, the root last.
 * @throws {CapError} `bad_caveats` for a capability in another layout than `issue` writes, or if the
 * whole is over 262,144 bytes; `chain_broken` for more than 16 links.
 *
 * @example
 * ```ts
 * import { CapKind, decodeChain, Ed25519Signer, encodeChain, issue } from "@zap-proto/edge/cap";
 *
 * const cap = await issue({ kind: CapKind.Stake, permissions: 1n }, await Ed25519Signer.generate());
 * const { leaf, chain } = decodeChain(encodeChain(cap, []));
 * console.log(leaf.raw().length, chain.length); // 3592 0
 * ```
 */
export function encodeChain(leaf: Cap, chain: readonly Cap[]): Uint8Array {
  if (chain.length > MAX_CHAIN) throw tooManyLinks(chain.length);
  const builder = new Builder(512 * (chain.length + 1));
  const object = builder.startObject(CHAIN_SIZE);
  object.setU32(CHAIN_FORMAT, FORMAT);
  const list = builder.startList();
  for (const cap of [leaf, ...chain]) list.addObjectBytes(encodeElement(cap));
  object.setList(CHAIN_CAPS, list.finishOffset(), list.len());
  object.finishAsRoot();
  const bytes = builder.finish();
  if (bytes.length > MAX_CHAIN_BYTES) throw tooLong(bytes.length);
  return bytes;
}

function encodeElement(cap: Cap): Uint8Array {
  const raw = cap.raw();
  if (!hasBuilderLayout(raw)) {
    throw new CapError(
      "bad_caveats",
      "Cannot encode chain: a capability is not in the usual layout",
    );
  }
  const builder = new Builder(512);
  const object = builder.startObject(ELEMENT_SIZE);
  object.setBytes(
    ELEMENT_FIELDS,
    raw.subarray(HEADER_SIZE, HEADER_SIZE + SIGNED_SIZE),
  );
  object.setBytes(ELEMENT_SIG, packSignature(cap.signature()));
  object.setBytes(ELEMENT_CAVEATS, raw.subarray(CAVEATS_AT));
  object.finishAsRoot();
  return builder.finish();
}

/**
 * A capability with its chain of their bytes: those of `encodeChain`, or of a capability alone.
 * Believe it only after `Verifier.verifyChain`.
 *
 * @param bytes A ZAP message.
 * @throws {CapError} `too_short`, `bad_magic` or `bad_caveats` if it is neither; `bad_caveats` if it is
 * over 262,144 bytes; `chain_broken` for more than 16 links.
 */
export function decodeChain(bytes: Uint8Array): CapChain {
  if (bytes.length > MAX_CHAIN_BYTES) throw tooLong(bytes.length);
  const root = parseRoot(bytes);
  if (root.u32(CHAIN_FORMAT) !== FORMAT) {
    return { leaf: Cap.wrap(bytes), chain: [] };
  }
  const list = root.list(CHAIN_CAPS);
  const count = list.len();
  if (count > MAX_CHAIN + 1) throw tooManyLinks(count - 1);
  const caps: Cap[] = [];
  for (const element of list) caps.push(decodeElement(element));
  const [leaf, ...chain] = caps;
  if (!leaf || caps.length !== count) {
    throw new CapError(
      "too_short",
      "Cannot decode chain: a capability is missing",
    );
  }
  return { leaf, chain };
}

function decodeElement(bytes: Uint8Array): Cap {
  const element = parseRoot(bytes);
  const fields = element.bytes(ELEMENT_FIELDS);
  const sig = element.bytes(ELEMENT_SIG);
  const caveats = element.bytes(ELEMENT_CAVEATS);
  const size = CAVEATS_AT + caveats.length;
  if (fields.length !== SIGNED_SIZE) {
    throw new CapError(
      "too_short",
      "Cannot decode chain: a capability lacks fields",
    );
  }
  if (size > MAX_CAP_BYTES) throw tooLong(size);
  const raw = new Uint8Array(size);
  const view = new DataView(raw.buffer);
  view.setUint32(0, 0x5a415000);
  view.setUint16(4, 1, true);
  view.setUint32(8, HEADER_SIZE, true);
  view.setUint32(12, size, true);
  raw.set(fields, HEADER_SIZE);
  raw.set(caveats, CAVEATS_AT);
  if (!unpackSignature(sig, raw, SIG_AT)) {
    throw new CapError(
      "too_short",
      "Cannot decode chain: a capability lacks its signature",
    );
  }
  return Cap.wrap(raw);
}

function parseRoot(bytes: Uint8Array): StructView {
  try {
    return Message.parse(bytes).root();
  } catch (cause) {
    if (!(cause instanceof ZapParseError)) throw cause;
    const code = cause.code === "bad_magic" ? "bad_magic" : "too_short";
    throw new CapError(code, cause.message, { cause });
  }
}

function tooManyLinks(count: number): CapError {
  return new CapError(
    "chain_broken",
    `Chain of ${count} links exceeds ${MAX_CHAIN}`,
  );
}

function tooLong(size: number): CapError {
  return new CapError("bad_caveats", `Chain of ${size} bytes is too long`);
}
