/** `zap cap verify` and `revoke`: what says whether a token holds, and that it no longer does. */

import { readFile } from "node:fs/promises";
import {
  admitRevocation,
  encodeRevocation,
  FileRevocations,
  MemoryNonces,
  revoke,
  Verifier,
} from "../cap/mod.ts";
import { encodeHex } from "../base/bytes.ts";
import { encodeBase64url } from "../cap/base64url.ts";
import { schemeVerify } from "../cap/schemes/mod.ts";
import { systemSeconds } from "../cap/time.ts";
import { openAppendFile } from "../runtime/append_file.ts";
import { fileError } from "./file_error.ts";
import type { CliIo } from "./io.ts";
import type { CapCommand, Words } from "./cap_command.ts";
import { KEY_VARIABLE, loadKeys, loadSigner } from "./cap_keys.ts";
import { readToken } from "./cap_token.ts";
import { paint } from "./cap_show.ts";
import { parseContext, parseHash, parsePermissions, parseTime, WordError } from "./cap_values.ts";

/** `zap cap verify`. */
export const verify: CapCommand = {
  summary: "Check a token with its chain; exits 1 if refused",
  help: `Usage: zap cap verify [FILE] --issuer=FILE --op=BITS [options]

Checks the capability in FILE (- or nothing: standard input) with its whole
chain: signatures, expiry, delegation, caveats. Prints the verdict; exit code 0
if it holds, 1 if it is refused.

Options:
  --issuer=FILE     Key of an issuer, public or private; one for each link; can
                    be repeated
  --op=BITS         What is to be done, such as 0x1: one of these bits must be
                    permitted
  --target=HASH     On what: 32 bytes in hex, or text:NAME. Default: the token's
                    own target
  --holder=HASH     By whom: SHA-256 of the public key in hex. Default: the
                    token's own holder
  --now=TIME        Unix seconds or a date. Default: now
  --context=NAME=V  What caveats are evaluated against; can be repeated. Names:
                    amount, dest-chain (hex), asset-id (hex), ip, audience,
                    nonce (hex). A caveat that lacks its part is a refusal, and
                    so is a rate limit, which needs a running server
  --revoked=FILE    File of revocations, as "zap cap revoke --store" writes it;
                    only read
  --json            Print the verdict as JSON
  --help            Show this text
`,
  options: {
    issuer: "list",
    op: "text",
    target: "text",
    holder: "text",
    now: "text",
    context: "list",
    revoked: "text",
  },
  maxFiles: 1,
  async run(words, io) {
    const files = words.list("issuer");
    if (files.length === 0) throw new WordError("--issuer is missing: without keys nothing holds");
    const op = parsePermissions(words.required("op"));
    const context = parseContext(words.list("context"));
    const { leaf, chain } = await readToken(io, words.files[0] ?? "-");
    const keys = await loadKeys(io, files);
    const [target, holder, now] = [words.text("target"), words.text("holder"), words.text("now")];
    const revoked = words.text("revoked");
    const revocations = revoked === undefined ? undefined : await readRevocations(revoked);
    const verifier = new Verifier({
      issuerKey: (hash) => keys.get(encodeHex(hash)),
      schemeVerify,
      ...revocations && { isRevoked: (id) => revocations.isRevoked(id) },
      caveats: { nonces: new MemoryNonces() },
    });
    const refusal = await verifier.verifyChain(
      leaf,
      chain,
      op,
      target === undefined ? leaf.target() : await parseHash(target, "--target"),
      holder === undefined ? leaf.holder() : await parseHash(holder, "--holder"),
      now === undefined ? systemSeconds() : parseTime(now, "--now"),
      context,
    );
    if (words.has("json")) {
      const verdict = refusal ? { valid: false, code: refusal.code } : { valid: true };
      io.stdout(`${JSON.stringify(verdict)}\n`);
    } else if (refusal) {
      io.stdout(`${paint(io.isTerminal, "red", "refused")} ${refusal.code}: ${refusal.message}\n`);
    } else {
      io.stdout(`${paint(io.isTerminal, "green", "valid")}\n`);
    }
    return refusal ? 1 : 0;
  },
};

/**
 * What a file of revocations says now. It is only read: a server may have it open, and what that has
 * half written is not this command's to cut off.
 *
 * @throws {Error} If there is no such file: without it, nothing would be revoked.
 */
async function readRevocations(file: string): Promise<FileRevocations> {
  const bytes = await readFile(file).catch((error) => {
    throw fileError(error, file);
  });
  const done = (): Promise<void> => Promise.resolve();
  return await FileRevocations.open({
    read: () => Promise.resolve(bytes),
    size: () => Promise.resolve(bytes.length),
    append: done,
    truncate: done,
    close: done,
  });
}

/** `zap cap revoke`. */
export const revokeCommand: CapCommand = {
  summary: "Sign that a capability no longer holds",
  help: `Usage: zap cap revoke [FILE] [options]

Signs that the capability in FILE (- or nothing: standard input) no longer
holds, nor anything derived from it. Only its issuer can. Prints the signed
record in base64url.

Options:
  --key=FILE       The issuer's private key: a JWK in a file of mode 0600
  --key-env=NAME   Or the variable with it. Default: ${KEY_VARIABLE}
  --link=N         Revoke link N of the chain, as "zap cap inspect" counts them.
                   Default: 0, the capability itself
  --store=FILE     Append the record to a file of revocations, which is made if
                   need be. A server that has it open must be given the record
                   instead
  --json           Print the record as JSON
  --help           Show this text
`,
  options: { key: "text", "key-env": "text", link: "text", store: "text" },
  maxFiles: 1,
  run: runRevoke,
};

async function runRevoke(words: Words, io: CliIo): Promise<number> {
  const { leaf, chain } = await readToken(io, words.files[0] ?? "-");
  const link = words.text("link") ?? "0";
  const cap = /^[0-9]{1,2}$/.test(link) ? [leaf, ...chain][Number(link)] : undefined;
  if (!cap) throw new WordError(`--link must be within 0 and ${chain.length}, not "${link}"`);
  const signer = await loadSigner(io, words.text("key"), words.text("key-env"));
  const revocation = await revoke(cap, systemSeconds(), signer);
  const file = words.text("store");
  if (file !== undefined) {
    const store = await FileRevocations.open(await openAppendFile(file));
    try {
      const verifier = new Verifier({ schemeVerify });
      const refusal = await admitRevocation(store, cap, revocation, signer.publicKey(), verifier);
      if (refusal) throw refusal;
    } finally {
      await store.close();
    }
  }
  const record = encodeBase64url(encodeRevocation(revocation));
  const capID = encodeHex(revocation.capID);
  io.stdout(
    words.has("json")
      ? `${JSON.stringify({ capID, revokedAt: Number(revocation.revokedAt), record })}\n`
      : `${record}\n`,
  );
  return 0;
}
