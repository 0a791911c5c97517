/**
 * Who may write. The service signs capabilities with a key of its own; both interfaces ask the same
 * guard, by the method that a request comes to.
 *
 * A capability names its holder. Over TLS with client certificates a server would compare that with
 * who is calling; here there is nobody to compare with, so a capability is a bearer token: whoever
 * has it may use it until it expires. It is issued to the service's own key, so `zap cap attenuate
 * --key=<the key's file>` derives narrower ones from it, such as one that may only create.
 */

import { chmod, readFile, writeFile } from "node:fs/promises";
import {
  type CapGuard,
  capGuard,
  CapKind,
  Ed25519Signer,
  encodeToken,
  hash32,
  issue,
  Perm,
  Verifier,
} from "../../cap.ts";
import { NotesMethod } from "./notes_zap.ts";

/** What a capability may allow: bits of its permissions. */
export const MAY = { create: 1n, delete: 2n, attach: 4n } as const;

/** How long a capability holds: a day of trying things out. */
const VALID_SECONDS = 86_400n;

/** Issues capabilities and checks them. */
export interface Authority {
  /** Checks a call's capability by its method; `open` methods need none. */
  readonly guard: CapGuard;
  /** A new capability, in text, that allows `may` for a day. */
  issue(may: bigint): Promise<string>;
}

/** An authority whose key is in `keyFile`: a JSON Web Key, made where there is none. */
export async function openAuthority(keyFile: string): Promise<Authority> {
  const signer = await keyOf(keyFile);
  const holder = signer.public();
  const target = await hash32(new TextEncoder().encode("notes"));
  const kind = CapKind.IAMAPIKey;
  const may = (op: bigint) => ({ kind, op, target });
  const guard = capGuard({
    verifier: new Verifier({
      issuerKey: (hash) => hash.join() === holder.join() ? signer.publicKey() : null,
      caveats: {},
    }),
    rules: {
      [NotesMethod.create]: may(MAY.create),
      [NotesMethod.get]: "open",
      [NotesMethod.list]: "open",
      [NotesMethod.delete]: may(MAY.delete),
      [NotesMethod.attach]: may(MAY.attach),
      [NotesMethod.attachment]: "open",
      [NotesMethod.watch]: "open",
    },
  });
  return {
    guard,
    async issue(allowed) {
      const permissions = allowed | Perm.Attenuate;
      const expiresAt = BigInt(Math.floor(Date.now() / 1000)) + VALID_SECONDS;
      return encodeToken(await issue({ kind, target, holder, permissions, expiresAt }, signer));
    },
  };
}

async function keyOf(file: string): Promise<Ed25519Signer> {
  try {
    const signer = await Ed25519Signer.generate();
    const key = JSON.stringify(await signer.exportKey("jwk"));
    await writeFile(file, key, { flag: "wx", mode: 0o600 });
    return signer;
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
  await chmod(file, 0o600);
  return await Ed25519Signer.importKey("jwk", JSON.parse(await readFile(file, "utf8")));
}
