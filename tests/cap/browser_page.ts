/** Runs in a browser: issues, attenuates and verifies a chain, and answers what happened. */

import {
  attenuate,
  CapKind,
  caveat,
  decodeToken,
  Ed25519Signer,
  encodeToken,
  issue,
  Perm,
  revoke,
  Verifier,
  verifyRevocation,
} from "../../cap.ts";

async function run(): Promise<Record<string, unknown>> {
  const [owner, service] = await Promise.all([
    Ed25519Signer.generate(),
    Ed25519Signer.generate(),
  ]);
  const worker = await Ed25519Signer.fromKeyPair(
    await crypto.subtle.generateKey("Ed25519", false, [
      "sign",
      "verify",
    ]) as CryptoKeyPair,
  );
  const target = new Uint8Array(32).fill(7);
  const permissions = 0b11n | Perm.Attenuate;
  const root = await issue(
    { kind: CapKind.KMSSign, target, holder: service.public(), permissions },
    owner,
  );
  const caveats = [caveat.audience(location.hostname)];
  const minted = await attenuate(
    root,
    worker.public(),
    0b01n,
    caveats,
    0n,
    service,
  );
  const { leaf, chain } = decodeToken(encodeToken(minted, [root]));
  const keys = [owner, service];
  const verifier = new Verifier({
    issuerKey: (hash) =>
      keys.find((key) => key.public().join() === hash.join())?.publicKey() ??
        null,
  });
  const verdict = async (op: bigint, audience: string) => {
    const holder = worker.public();
    const context = { audience };
    const refusal = await verifier.verifyChain(
      leaf,
      chain,
      op,
      target,
      holder,
      undefined,
      context,
    );
    return refusal?.code ?? null;
  };
  const revocation = await revoke(root, 1n, owner);
  return {
    userAgent: navigator.userAgent,
    valid: await verdict(0b01n, location.hostname),
    cached: await verdict(0b01n, location.hostname),
    otherOperation: await verdict(0b10n, location.hostname),
    otherAudience: await verdict(0b01n, "elsewhere"),
    revocation: await verifyRevocation(revocation, owner.publicKey()),
  };
}

Object.assign(globalThis, { result: run() });
