/**
 * What an Ed25519 signature must pass before WebCrypto sees it. Runtimes differ in what they accept
 * (RFC 8032 §5.1.7 leaves room), so the cases in which they differ are refused here:
 *
 * - S not below the group's order L: else S + L would be a second signature of the same payload.
 * - A key or an R that encodes no number below p: a second encoding of the same point.
 * - A key or an R of small order (1, 2, 4 or 8): under such a key, signatures verify for payloads that
 *   nobody signed.
 *
 * What is left is the equation itself, which all of them check without the cofactor.
 */

/** The group's order L = 2^252 + 27742317777372353535851937790883648493, little-endian. */
const L: Uint8Array = Uint8Array.of(
  ...[
    0xed,
    0xd3,
    0xf5,
    0x5c,
    0x1a,
    0x63,
    0x12,
    0x58,
    0xd6,
    0x9c,
    0xf7,
    0xa2,
    0xde,
    0xf9,
    0xde,
    0x14,
  ],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10],
);

/** The field's prime p = 2^255 - 19, little-endian. */
const P: Uint8Array = new Uint8Array(32).fill(0xff);
P[0] = 0xed;
P[31] = 0x7f;

/** y-coordinates of the eight points of small order, little-endian: 0, 1, -1, and the two of order 8. */
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  new Uint8Array(32),
  one(),
  minusOne(),
  Uint8Array.of(
    ...[
      0xc7,
      0x17,
      0x6a,
      0x70,
      0x3d,
      0x4d,
      0xd8,
      0x4f,
      0xba,
      0x3c,
      0x0b,
      0x76,
      0x0d,
      0x10,
      0x67,
      0x0f,
    ],
    ...[
      0x2a,
      0x20,
      0x53,
      0xfa,
      0x2c,
      0x39,
      0xcc,
      0xc6,
      0x4e,
      0xc7,
      0xfd,
      0x77,
      0x92,
      0xac,
      0x03,
      0x7a,
    ],
  ),
  Uint8Array.of(
    ...[
      0x26,
      0xe8,
      0x95,
      0x8f,
      0xc2,
      0xb2,
      0x27,
      0xb0,
      0x45,
      0xc3,
      0xf4,
      0x89,
      0xf2,
      0xef,
      0x98,
      0xf0,
    ],
    ...[
      0xd5,
      0xdf,
      0xac,
      0x05,
      0xd3,
      0xc6,
      0x33,
      0x39,
      0xb1,
      0x38,
      0x02,
      0x88,
      0x6d,
      0x53,
      0xfc,
      0x05,
    ],
  ),
];

function one(): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes[0] = 1;
  return bytes;
}

function minusOne(): Uint8Array {
  const bytes = P.slice();
  bytes[0] = 0xec;
  return bytes;
}

/** Whether the 32-byte little-endian number at `at`, its top byte masked, is below `bound`. */
function isBelow(
  bytes: Uint8Array,
  at: number,
  bound: Uint8Array,
  topMask: number,
): boolean {
  for (let i = 31; i >= 0; i--) {
    const byte = i === 31 ? bytes[at + i]! & topMask : bytes[at + i]!;
    if (byte !== bound[i]) return byte < bound[i]!;
  }
  return false;
}

function equalsY(bytes: Uint8Array, at: number, y: Uint8Array): boolean {
  for (let i = 0; i < 31; i++) if (bytes[at + i] !== y[i]) return false;
  return (bytes[at + 31]! & 0x7f) === y[31];
}

/** Whether the 32 bytes at `at` are the only encoding of a point that is not of small order, if of any. */
function isStrictPoint(bytes: Uint8Array, at: number): boolean {
  return isBelow(bytes, at, P, 0x7f) &&
    !SMALL_ORDER_Y.some((y) => equalsY(bytes, at, y));
}

/** Whether a key has 32 bytes and is neither of small order nor a second encoding of another. */
export function isStrictEd25519Key(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && isStrictPoint(publicKey, 0);
}

/** Whether a signature (its first 64 bytes) is neither malleable nor has an R of small order. */
export function isStrictEd25519Signature(signature: Uint8Array): boolean {
  return signature.length >= 64 && isStrictPoint(signature, 0) &&
    isBelow(signature, 32, L, 0xff);
}
