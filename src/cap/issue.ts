import { equalBytes } from "../base/bytes.ts";
import { assertKnownOptions } from "../base/options.ts";
import { Builder } from "../wire/builder.ts";
import { Cap, type Caveat } from "./cap.ts";
import { CapError } from "./error.ts";
import { CapKind, Perm } from "./kinds.ts";
import {
  ALG_TAG_OFFSET,
  CAP_OBJECT_SIZE,
  CAVEAT_KIND,
  CAVEAT_OBJECT_SIZE,
  CAVEAT_VALUE,
  CAVEATS_AT,
  FIELD,
  SIG_AT,
  SIG_SIZE,
} from "./layout.ts";
import { MAX_CAP_BYTES } from "./limits.ts";
import type { Signer } from "./signer.ts";
import { systemSeconds } from "./time.ts";

/** What a new capability says. */
export interface Issuance {
  /** What it gives authority over: a `CapKind`. */
  readonly kind: number;
  /** What its holder may act on, 32 bytes. Default: zeroes. */
  readonly target?: Uint8Array;
  /** SHA-256 of its holder's public key. Default: zeroes. */
  readonly holder?: Uint8Array;
  /** What its holder may do, 64 bits. */
  readonly permissions: bigint;
  /** Id of its parent. Default: zeroes, a root. To narrow a capability use `attenuate`. */
  readonly parent?: Uint8Array;
  /** Unix seconds. Default: now. */
  readonly issuedAt?: bigint;
  /** The last second in which it is valid, Unix seconds. Default: 0, for ever. */
  readonly expiresAt?: bigint;
  /** Restrictions. Default: none. */
  readonly caveats?: readonly Caveat[];
}

const ISSUANCE_KEYS: readonly (keyof Issuance)[] = [
  "kind",
  "target",
  "holder",
  "permissions",
  "parent",
  "issuedAt",
  "expiresAt",
  "caveats",
];

/**
 * Signs a new root capability. The signer becomes its issuer.
 *
 * @throws {CapError} `missing_signer`; `bad_caveats` if the whole would be over 65,536 bytes;
 * `sig_mismatch` if the signer answers something that is no signature field.
 * @throws {RangeError} If a 32-byte field has another length or a number does not fit its field.
 * @throws {TypeError} If a 64-bit field is no `bigint`, or for an unknown field: a misspelt restriction
 * would be none.
 *
 * @example
 * ```ts
 * import { CapKind, caveat, Ed25519Signer, hash32, issue, Perm } from "@zap-proto/edge/cap";
 *
 * const [owner, user] = await Promise.all([Ed25519Signer.generate(), Ed25519Signer.generate()]);
 * const cap = await issue({
 *   kind: CapKind.KMSSign,
 *   target: await hash32(new TextEncoder().encode("key 7")),
 *   holder: user.public(),
 *   permissions: 0b11n | Perm.Attenuate,
 *   expiresAt: BigInt(Math.floor(Date.now() / 1000)) + 3600n,
 *   caveats: [caveat.audience("signing.example")],
 * }, owner);
 * console.log(cap.raw().length);
 * ```
 */
export async function issue(issuance: Issuance, signer: Signer): Promise<Cap> {
  if (!signer) throw new CapError("missing_signer");
  assertKnownOptions(issuance, ISSUANCE_KEYS, "issue");
  return await mint(issuance, signer);
}

/**
 * Derives a narrower capability from one that the signer holds. Kind and target are the parent's;
 * the parent's caveats stay in force, because a verifier evaluates those of every link.
 *
 * @param parent What is handed on.
 * @param holder SHA-256 of the new holder's public key.
 * @param permissions Intersected with the parent's.
 * @param caveats Further restrictions.
 * @param expiresAt Unix seconds; 0 inherits the parent's; later than the parent's is cut to it.
 * @param signer The parent's holder.
 * @throws {CapError} `missing_signer`, `chain_broken` if the signer is not the parent's holder, or
 * `not_delegable`; and as `issue`.
 * @throws {RangeError} As `issue`.
 */
export async function attenuate(
  parent: Cap,
  holder: Uint8Array,
  permissions: bigint,
  caveats: readonly Caveat[] | undefined,
  expiresAt: bigint,
  signer: Signer,
): Promise<Cap> {
  if (!signer) throw new CapError("missing_signer");
  if (!equalBytes(signer.public(), parent.holder())) {
    throw new CapError(
      "chain_broken",
      "Cannot attenuate: the signer is not the parent's holder",
    );
  }
  if (!isDelegable(parent)) throw new CapError("not_delegable");
  return await mint({
    kind: parent.kind(),
    target: parent.target(),
    holder,
    permissions: permissions & parent.permissions(),
    parent: await parent.id(),
    expiresAt: earlier(expiresAt, parent.expiresAt()),
    ...(caveats && { caveats }),
  }, signer);
}

/** The delegation gate: whether a capability's holder may hand it on. */
export function isDelegable(cap: Cap): boolean {
  return (cap.permissions() & Perm.Attenuate) !== 0n ||
    cap.kind() === CapKind.Delegate;
}

/** The earlier of two expiries, of which 0 means never. */
function earlier(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return a + b;
  return a < b ? a : b;
}

async function mint(issuance: Issuance, signer: Signer): Promise<Cap> {
  const raw = build(issuance, signer.public());
  const cap = Cap.wrap(raw);
  const field = await signer.sign(cap.canonicalBytes());
  if (field.length !== SIG_SIZE || field[ALG_TAG_OFFSET] === 0) {
    throw new CapError(
      "sig_mismatch",
      `Cannot mint: the signer must answer ${SIG_SIZE} bytes that end in its scheme's tag`,
    );
  }
  raw.set(field, SIG_AT);
  return cap;
}

function build(issuance: Issuance, issuer: Uint8Array): Uint8Array {
  const caveats = issuance.caveats ?? [];
  let size = CAVEATS_AT;
  for (const { value } of caveats) size += 32 + value.length;
  if (size > MAX_CAP_BYTES) {
    throw new CapError(
      "bad_caveats",
      `Cannot mint: ${size} bytes exceed ${MAX_CAP_BYTES}`,
    );
  }
  const builder = new Builder(size);
  const object = builder.startObject(CAP_OBJECT_SIZE);
  object.setU32(FIELD.kind, inRange("kind", issuance.kind, 0xffffffff));
  setHash(issuance.target, "target");
  setHash(issuance.holder, "holder");
  setHash(issuer, "issuer");
  setU64(issuance.permissions, "permissions");
  setHash(issuance.parent, "parent");
  setU64(issuance.issuedAt ?? systemSeconds(), "issuedAt");
  setU64(issuance.expiresAt ?? 0n, "expiresAt");
  const list = builder.startList();
  for (const caveat of caveats) list.addObjectBytes(buildCaveat(caveat));
  object.setList(FIELD.caveats, list.finishOffset(), list.len());
  object.finishAsRoot();
  return builder.finish();

  function setHash(
    bytes: Uint8Array | undefined,
    name: keyof typeof FIELD,
  ): void {
    if (bytes === undefined) return;
    if (bytes.length !== 32) {
      throw new RangeError(
        `Cannot mint: "${name}" must be 32 bytes, not ${bytes.length}`,
      );
    }
    object.setBytesFixed(FIELD[name], bytes);
  }

  function setU64(value: bigint, name: keyof typeof FIELD): void {
    if (typeof value !== "bigint") {
      throw new TypeError(`Cannot mint: "${name}" must be a bigint, such as 1n, not ${value}`);
    }
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) {
      throw new RangeError(
        `Cannot mint: "${name}" must be within 0 and 2^64 - 1, not ${value}`,
      );
    }
    object.setU64(FIELD[name], value);
  }
}

function buildCaveat({ kind, value }: Caveat): Uint8Array {
  const builder = new Builder(28 + value.length);
  const object = builder.startObject(CAVEAT_OBJECT_SIZE);
  object.setU32(CAVEAT_KIND, inRange("caveat kind", kind, 0xffffffff));
  object.setBytes(CAVEAT_VALUE, value);
  object.finishAsRoot();
  return builder.finish();
}

function inRange(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(
    `Cannot mint: ${name} must be an integer within 0 and ${max}, not ${value}`,
  );
}
