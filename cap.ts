/**
 * Capabilities: signed tokens that can be handed on only in a narrower form, and checked offline.
 * On WebCrypto alone, for Deno, Bun, Node, browsers and edge workers.
 *
 * @example
 * ```ts
 * import { attenuate, CapKind, Ed25519Signer, issue, Perm, Verifier } from "@zap-proto/edge/cap";
 *
 * const [owner, service, worker] = await Promise.all([
 *   Ed25519Signer.generate(),
 *   Ed25519Signer.generate(),
 *   Ed25519Signer.generate(),
 * ]);
 * const target = new Uint8Array(32).fill(7);
 * const root = await issue({
 *   kind: CapKind.KMSSign,
 *   target,
 *   holder: service.public(),
 *   permissions: 0b11n | Perm.Attenuate,
 * }, owner);
 * const leaf = await attenuate(root, worker.public(), 0b01n, undefined, 0n, service);
 *
 * const keys = new Map([owner, service].map((signer) => [signer.public().join(), signer.publicKey()]));
 * const verifier = new Verifier({ issuerKey: (hash) => keys.get(hash.join()) });
 * console.log(await verifier.verifyChain(leaf, [root], 0b01n, target, worker.public())); // null
 * ```
 *
 * @module
 */

export * from "./src/cap/mod.ts";
