/** `zap cap keygen`, `issue` and `attenuate`: what makes keys and tokens. */

import { resolve } from "node:path";
import { attenuate, type Cap, encodeChain, encodeToken, issue } from "../cap/mod.ts";
import { encodeHex } from "../base/bytes.ts";
import type { CliIo } from "./io.ts";
import { type CapCommand, oneOf, type Words } from "./cap_command.ts";
import { generateKey, KEY_VARIABLE, loadPublicKey, loadSigner, SCHEMES } from "./cap_keys.ts";
import { FORMATS, readToken, writeToken } from "./cap_token.ts";
import {
  parseCaveat,
  parseDuration,
  parseHash,
  parseKind,
  parsePermissions,
  parseTime,
  WordError,
} from "./cap_values.ts";
import { systemSeconds } from "../cap/time.ts";
import { hash32 } from "../cap/hash.ts";

const KEY_HELP = `  --key=FILE         Private key that signs: a JWK in a file of mode 0600
  --key-env=NAME     Or the variable with it. Default: ${KEY_VARIABLE}
`;

const TOKEN_HELP = `  --holder=HASH|FILE Who may use it: SHA-256 of the public key in hex, or a file
                     with the key
  --permissions=P    Bits and names joined by commas, such as 0x3,attenuate
                     (attenuate, audit, root)
  --expires-in=TIME  Such as 90s, 15m, 12h, 30d
  --expires-at=TIME  Or the last second: Unix seconds or 2030-01-31T12:00:00Z
  --caveat=NAME=V    A restriction; can be repeated. Names: expires-at,
                     max-amount, dest-chain (hex), rate-limit (count/seconds),
                     ip (such as 10.0.0.0/8), asset-id (hex), op-allow (bits),
                     max-depth, audience, nonce-hash (hex)
  --out=FILE         Write to a file of mode 0600 instead of standard output
  --format=FORMAT    token (default), hex, or bytes
  --json             Print id and token as JSON
  --help             Show this text
`;

const TOKEN_OPTIONS = {
  key: "text",
  "key-env": "text",
  holder: "text",
  permissions: "text",
  "expires-in": "text",
  "expires-at": "text",
  caveat: "list",
  out: "text",
  format: "text",
} as const;

/** `zap cap keygen`. */
export const keygen: CapCommand = {
  summary: "Make a key",
  help: `Usage: zap cap keygen --out=FILE [options]

Makes a key. The private key goes to FILE, mode 0600, as a JSON Web Key; the
public key and its hash, by which capabilities name their holder and issuer, go
to standard output.

Options:
  --out=FILE       Where the private key goes. An existing file is not replaced
  --public=FILE    Write the public key to a file as well
  --scheme=NAME    ed25519 (default), ml-dsa-65, hybrid (both), secp256k1
  --json           Print hash and public key as JSON
  --help           Show this text
`,
  options: { out: "text", public: "text", scheme: "text" },
  maxFiles: 0,
  async run(words, io) {
    const out = words.required("out");
    const scheme = oneOf("scheme", words.text("scheme") ?? "ed25519", SCHEMES);
    const publicFile = words.text("public");
    if (publicFile !== undefined && resolve(publicFile) === resolve(out)) {
      throw new WordError("--out and --public must be two files: the second would replace the key");
    }
    for (const file of [out, publicFile]) {
      if (file !== undefined && await exists(io, file)) {
        throw new WordError(`${file} exists, and keys are not replaced`);
      }
    }
    const { privateKey, publicKey, signer } = await generateKey(scheme);
    await io.writeFile(out, `${JSON.stringify(privateKey)}\n`, 0o600);
    if (publicFile !== undefined) await io.writeFile(publicFile, `${JSON.stringify(publicKey)}\n`);
    const hash = encodeHex(signer.public());
    io.stdout(
      words.has("json")
        ? `${JSON.stringify({ scheme, hash, publicKey })}\n`
        : `scheme      ${scheme}\nhash        ${hash}\npublic key  ${JSON.stringify(publicKey)}\n`,
    );
    return 0;
  },
};

async function exists(io: CliIo, file: string): Promise<boolean> {
  try {
    await io.fileMode(file);
    return true;
  } catch {
    return false;
  }
}

/** `zap cap issue`. */
export const issueCommand: CapCommand = {
  summary: "Sign a root capability",
  help: `Usage: zap cap issue --kind=KIND --permissions=P [options]

Signs a root capability and prints it as a token.

Options:
${KEY_HELP}  --kind=KIND        IAMSession, IAMAPIKey, KMSAccess, KMSSign, MPCSign,
                     ATSOrder, BridgeXfer, Stake, Delegate, or a number
  --target=HASH      What it is for: 32 bytes in hex, or text:NAME for the
                     SHA-256 of a name
${TOKEN_HELP}`,
  options: { ...TOKEN_OPTIONS, kind: "text", target: "text" },
  maxFiles: 0,
  async run(words, io) {
    const kind = parseKind(words.required("kind"));
    const target = words.text("target");
    const holder = words.text("holder");
    const issuance = {
      kind,
      permissions: parsePermissions(words.required("permissions")),
      expiresAt: expiryOf(words),
      caveats: words.list("caveat").map(parseCaveat),
      ...target !== undefined && { target: await parseHash(target, "--target") },
      ...holder !== undefined && { holder: await holderOf(io, holder) },
    };
    const signer = await loadSigner(io, words.text("key"), words.text("key-env"));
    return await finish(words, io, await issue(issuance, signer), []);
  },
};

/** `zap cap attenuate`. */
export const attenuateCommand: CapCommand = {
  summary: "Hand on a narrower capability",
  help: `Usage: zap cap attenuate [FILE] --holder=HASH|FILE [options]

Derives a narrower capability from the one in FILE (- or nothing: standard
input), signed by its holder, and prints it as a token with its whole chain.
Permissions are those of the parent that are asked for (default: all); the
expiry is never later than the parent's.

Options:
${KEY_HELP}${TOKEN_HELP}`,
  options: TOKEN_OPTIONS,
  maxFiles: 1,
  async run(words, io) {
    const holder = words.required("holder");
    const { leaf, chain } = await readToken(io, words.files[0] ?? "-");
    const permissions = words.text("permissions");
    const signer = await loadSigner(io, words.text("key"), words.text("key-env"));
    const child = await attenuate(
      leaf,
      await holderOf(io, holder),
      permissions === undefined ? leaf.permissions() : parsePermissions(permissions),
      words.list("caveat").map(parseCaveat),
      expiryOf(words),
      signer,
    );
    return await finish(words, io, child, [leaf, ...chain]);
  },
};

function expiryOf(words: Words): bigint {
  const [at, within] = [words.text("expires-at"), words.text("expires-in")];
  if (at !== undefined && within !== undefined) {
    throw new WordError("--expires-at and --expires-in exclude each other");
  }
  if (within !== undefined) return systemSeconds() + parseDuration(within);
  return at === undefined ? 0n : parseTime(at, "--expires-at");
}

/** A holder's hash: of hex, or of the key in a file. */
async function holderOf(io: CliIo, word: string): Promise<Uint8Array> {
  if (/^[0-9a-f]{64}$/i.test(word)) return await parseHash(word, "--holder");
  return await hash32(await loadPublicKey(io, word));
}

async function finish(
  words: Words,
  io: CliIo,
  leaf: Cap,
  chain: readonly Cap[],
): Promise<number> {
  const format = oneOf("format", words.text("format") ?? "token", FORMATS);
  const out = words.text("out");
  const token = encodeToken(leaf, chain);
  if (out !== undefined) await writeToken(io, { leaf, chain }, out, format);
  if (words.has("json")) {
    const id = encodeHex(await leaf.id());
    io.stdout(`${JSON.stringify({ id, links: chain.length, token })}\n`);
  } else if (out === undefined) {
    if (format === "bytes") throw new WordError("--format=bytes needs --out=FILE");
    io.stdout(`${format === "hex" ? encodeHex(encodeChain(leaf, chain)) : token}\n`);
  }
  return 0;
}
