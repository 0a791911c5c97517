/**
 * Keys of the command line: JSON Web Keys in files or in the environment, never in arguments, which
 * other users of the machine can see. A hybrid key is a JWK Set of its two halves.
 */

import type { CliIo } from "./io.ts";
import {
  Ed25519Signer,
  exportEd25519PublicKey,
  hash32,
  importEd25519PublicKey,
  type Signer,
} from "../cap/mod.ts";
import {
  exportMlDsa65PublicKey,
  exportSecp256k1PublicKey,
  HybridSigner,
  importMlDsa65PublicKey,
  importSecp256k1PublicKey,
  type MlDsa65Jwk,
  MlDsa65Signer,
  Secp256k1Signer,
} from "../cap/schemes/mod.ts";
import { concatBytes, encodeHex } from "../base/bytes.ts";

/** Environment variable with a private key, where no other is named. */
export const KEY_VARIABLE = "ZAP_KEY";

/** Names of schemes, as `--scheme` takes them. */
export const SCHEMES = ["ed25519", "ml-dsa-65", "hybrid", "secp256k1"] as const;

/** A JWK or JWK Set of a key. */
export type KeyDocument = Record<string, unknown>;

/** A signer with its raw public key. */
export interface CliSigner extends Signer {
  publicKey(): Uint8Array;
}

/** A new key: what goes in the private file, and what may be shown. */
export async function generateKey(
  scheme: typeof SCHEMES[number],
): Promise<{ privateKey: KeyDocument; publicKey: KeyDocument; signer: CliSigner }> {
  switch (scheme) {
    case "ed25519": {
      const signer = await Ed25519Signer.generate();
      const publicKey = await exportEd25519PublicKey("jwk", signer.publicKey());
      const privateKey = await signer.exportKey("jwk");
      return { privateKey: { ...privateKey }, publicKey: { ...publicKey }, signer };
    }
    case "ml-dsa-65": {
      const signer = await MlDsa65Signer.generate();
      const publicKey = exportMlDsa65PublicKey("jwk", signer.publicKey());
      return { privateKey: { ...signer.exportKey("jwk") }, publicKey: { ...publicKey }, signer };
    }
    case "secp256k1": {
      const signer = await Secp256k1Signer.generate();
      const publicKey = exportSecp256k1PublicKey("jwk", signer.publicKey());
      return { privateKey: { ...signer.exportKey("jwk") }, publicKey: { ...publicKey }, signer };
    }
    case "hybrid": {
      const [ed25519, mlDsa65] = [await Ed25519Signer.generate(), await MlDsa65Signer.generate()];
      return {
        privateKey: { keys: [await ed25519.exportKey("jwk"), mlDsa65.exportKey("jwk")] },
        publicKey: {
          keys: [
            await exportEd25519PublicKey("jwk", ed25519.publicKey()),
            exportMlDsa65PublicKey("jwk", mlDsa65.publicKey()),
          ],
        },
        signer: await HybridSigner.of(ed25519, mlDsa65),
      };
    }
  }
}

/**
 * The private key of `--key`, of the variable that `--key-env` names, or of `ZAP_KEY`.
 *
 * @throws {Error} If there is none, others may read the file, or it holds no private key.
 */
export async function loadSigner(
  io: CliIo,
  file: string | undefined,
  variable: string | undefined,
): Promise<CliSigner> {
  if (file !== undefined) {
    const mode = await io.fileMode(file);
    if ((mode & 0o077) !== 0) {
      throw new Error(
        `${file} has mode 0${
          mode.toString(8)
        }, so others may read the key: run "chmod 600 ${file}"`,
      );
    }
    return await parseSigner(new TextDecoder().decode(await io.readFile(file)), file);
  }
  const name = variable ?? KEY_VARIABLE;
  const text = io.env(name);
  if (text === undefined) {
    throw new Error(`there is no key: name its file with --key, or put it in the variable ${name}`);
  }
  return await parseSigner(text, `variable ${name}`);
}

/** What is wrong with a key is told without the key. */
function parseDocument(text: string, where: string): KeyDocument {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as KeyDocument;
  } catch {
    // Told below: JSON's own message would quote the text.
  }
  throw new Error(`${where} holds no JSON Web Key`);
}

async function parseSigner(text: string, where: string): Promise<CliSigner> {
  const jwk = parseDocument(text, where);
  try {
    return await importSigner(jwk);
  } catch (error) {
    throw new Error(`${where} holds no private key: ${(error as Error).message}`);
  }
}

async function importSigner(jwk: KeyDocument): Promise<CliSigner> {
  const halves = halvesOf(jwk);
  if (halves) {
    return await HybridSigner.of(
      await Ed25519Signer.importKey("jwk", halves[0]),
      await MlDsa65Signer.importKey("jwk", halves[1]),
    );
  }
  if (jwk.kty === "AKP") {
    return await MlDsa65Signer.importKey("jwk", jwk as unknown as MlDsa65Jwk);
  }
  if (jwk.kty === "EC") return await Secp256k1Signer.importKey("jwk", jwk);
  return await Ed25519Signer.importKey("jwk", jwk);
}

/** The two keys of a hybrid key; `undefined` if it is none. */
function halvesOf(jwk: KeyDocument): [JsonWebKey, MlDsa65Jwk] | undefined {
  return Array.isArray(jwk.keys) && jwk.keys.length === 2
    ? jwk.keys as [JsonWebKey, MlDsa65Jwk]
    : undefined;
}

/**
 * The raw public key of a file with a public or private key.
 *
 * @throws {Error} If it holds none.
 */
export async function loadPublicKey(io: CliIo, file: string): Promise<Uint8Array> {
  const jwk = parseDocument(new TextDecoder().decode(await io.readFile(file)), file);
  try {
    const halves = halvesOf(jwk);
    if (halves) {
      return concatBytes([
        await importEd25519PublicKey("jwk", halves[0]),
        importMlDsa65PublicKey("jwk", halves[1]),
      ]);
    }
    if (jwk.kty === "AKP") return importMlDsa65PublicKey("jwk", jwk as unknown as MlDsa65Jwk);
    if (jwk.kty === "EC") return importSecp256k1PublicKey("jwk", jwk);
    return await importEd25519PublicKey("jwk", jwk);
  } catch (error) {
    throw new Error(`${file} holds no key: ${(error as Error).message}`);
  }
}

/** Keys of files, by the hex of their hashes. */
export async function loadKeys(
  io: CliIo,
  files: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const keys = new Map<string, Uint8Array>();
  for (const file of files) {
    const key = await loadPublicKey(io, file);
    keys.set(encodeHex(await hash32(key)), key);
  }
  return keys;
}
