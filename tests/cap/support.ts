/** Signers, chains and registries for the tests of this room. */

import {
  attenuate,
  type Cap,
  CapKind,
  type Caveat,
  Ed25519Signer,
  issue,
  Perm,
  Verifier,
  type VerifierOptions,
} from "../../cap.ts";

/** The time of all tests here, Unix seconds. */
export const NOW = 1_750_000_000n;
/** The operation of all tests here. */
export const OP = 1n;
/** What all capabilities here are for. */
export const TARGET: Uint8Array = new Uint8Array(32).fill(9);

/** A signer of a fixed seed. */
export function signerOf(seed: number): Promise<Ed25519Signer> {
  return Ed25519Signer.fromSeed(new Uint8Array(32).fill(seed));
}

/** A chain with its signers: `signers[0]` issued the root, `signers[i]` holds link i. */
export interface TestChain {
  /** The last capability. */
  readonly leaf: Cap;
  /** Its parent first, the root last. */
  readonly chain: readonly Cap[];
  /** Root's issuer, then the holder of each. */
  readonly signers: readonly Ed25519Signer[];
  /** Who holds the leaf. */
  readonly holder: Uint8Array;
}

/** A chain of `length` capabilities; `caveats[i]` goes on the i-th from the root. */
export async function chainOf(
  length: number,
  caveats: readonly (readonly Caveat[])[] = [],
): Promise<TestChain> {
  const signers = await Promise.all(
    Array.from({ length: length + 1 }, (_, i) => signerOf(i + 1)),
  );
  const permissions = 0xffn | Perm.Attenuate;
  let cap = await issue({
    kind: CapKind.KMSSign,
    target: TARGET,
    holder: signers[1]!.public(),
    permissions,
    issuedAt: NOW,
    caveats: caveats[0] ?? [],
  }, signers[0]!);
  const caps = [cap];
  for (let i = 1; i < length; i++) {
    const holder = signers[i + 1]!.public();
    cap = await attenuate(
      cap,
      holder,
      permissions,
      caveats[i],
      0n,
      signers[i]!,
    );
    caps.unshift(cap);
  }
  const [leaf, ...chain] = caps as [Cap, ...Cap[]];
  return { leaf, chain, signers, holder: signers[length]!.public() };
}

/** A registry of these signers' keys. */
export function keysOf(
  signers: readonly { public(): Uint8Array; publicKey(): Uint8Array }[],
): (hash: Uint8Array) => Uint8Array | null {
  const keys = new Map(
    signers.map((signer) => [signer.public().join(), signer.publicKey()]),
  );
  return (hash) => keys.get(hash.join()) ?? null;
}

/** A verifier that knows a chain's issuers. */
export function verifierOf(
  { signers }: TestChain,
  options: VerifierOptions = {},
): Verifier {
  return new Verifier({
    issuerKey: keysOf(signers),
    now: () => NOW,
    ...options,
  });
}

/** The code of a chain's verdict, `"valid"` for none. */
export async function judge(
  verifier: Verifier,
  { leaf, chain, holder }: Pick<TestChain, "leaf" | "chain" | "holder">,
  context?: Parameters<Verifier["verify"]>[2],
): Promise<string> {
  const verdict = await verifier.verifyChain(
    leaf,
    chain,
    OP,
    TARGET,
    holder,
    NOW,
    context,
  );
  return verdict === null ? "valid" : verdict.code;
}
