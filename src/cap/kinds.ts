/** Numbers of the capability format (spec: capabilities.md, "Bytes"). */

/** What a capability gives authority over. Each kind owns the low 32 bits of the permissions. */
export const CapKind: Readonly<{
  IAMSession: 0x01;
  IAMAPIKey: 0x02;
  KMSAccess: 0x10;
  KMSSign: 0x11;
  MPCSign: 0x20;
  ATSOrder: 0x30;
  BridgeXfer: 0x40;
  Stake: 0x50;
  Delegate: 0xff;
}> = {
  IAMSession: 0x01,
  IAMAPIKey: 0x02,
  KMSAccess: 0x10,
  KMSSign: 0x11,
  MPCSign: 0x20,
  ATSOrder: 0x30,
  BridgeXfer: 0x40,
  Stake: 0x50,
  Delegate: 0xff,
};

/** Kinds of caveat: restrictions that a capability carries. */
export const CaveatKind: Readonly<{
  ExpiresAt: 0;
  MaxAmount: 1;
  DestChain: 2;
  RateLimit: 3;
  IPCIDR: 4;
  AssetID: 5;
  OpAllow: 6;
  MaxDepth: 7;
  Audience: 8;
  NonceHash: 9;
}> = {
  ExpiresAt: 0,
  MaxAmount: 1,
  DestChain: 2,
  RateLimit: 3,
  IPCIDR: 4,
  AssetID: 5,
  OpAllow: 6,
  MaxDepth: 7,
  Audience: 8,
  NonceHash: 9,
};

/** Permission bits that mean the same for every kind. */
export const Perm: Readonly<
  { Attenuate: bigint; Audit: bigint; Root: bigint }
> = {
  /** The holder may hand on a narrower capability. */
  Attenuate: 1n << 32n,
  /** The holder may read the target's audit trail. */
  Audit: 1n << 33n,
  /** Marks a root of trust. */
  Root: 1n << 63n,
};

/** Signature schemes: the tag in the last byte of a signature. */
export const Scheme: Readonly<{
  Reserved: 0;
  Secp256k1: 1;
  Ed25519: 2;
  MLDSA65: 3;
  Hybrid: 4;
}> = {
  /** Always refused. */
  Reserved: 0,
  /** ECDSA over SHA-256. */
  Secp256k1: 1,
  /** RFC 8032; every verifier has it. */
  Ed25519: 2,
  /** FIPS 204, pure, empty context. */
  MLDSA65: 3,
  /** Ed25519 and ML-DSA-65, both. */
  Hybrid: 4,
};

/** Bytes of an Ed25519 signature. */
export const ED25519_SIGNATURE_SIZE = 64;

/** Bytes of each scheme's signature, by tag; `undefined` for a tag that is always refused. */
export const SIGNATURE_LENGTHS: readonly (number | undefined)[] = [
  undefined,
  65,
  ED25519_SIGNATURE_SIZE,
  3309,
  3373,
];

/** Name of a capability kind, a caveat kind or a scheme; `undefined` if it has none. */
export function nameOf(
  table: Readonly<Record<string, number>>,
  value: number,
): string | undefined {
  return Object.keys(table).find((name) => table[name] === value);
}
