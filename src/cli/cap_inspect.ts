/** `zap cap inspect`: a token as a person wants to read it. */

import { type Cap, type CapError, CapKind, Scheme, Verifier } from "../cap/mod.ts";
import { encodeHex } from "../base/bytes.ts";
import { areZero } from "../cap/layout.ts";
import { nameOf } from "../cap/kinds.ts";
import { schemeVerify } from "../cap/schemes/mod.ts";
import { systemSeconds } from "../cap/time.ts";
import type { CliIo } from "./io.ts";
import type { CapCommand } from "./cap_command.ts";
import { loadKeys } from "./cap_keys.ts";
import { readToken } from "./cap_token.ts";
import { quoted } from "../base/quoted.ts";
import { paint, showCaveat, showPermissions, showTime } from "./cap_show.ts";

/** One capability of a chain, in words. */
interface Described {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly holder: string;
  readonly issuer: string;
  readonly permissions: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly scheme: string;
  readonly parent: string | null;
  readonly caveats: readonly string[];
  /** `null` if nothing was verified. */
  readonly verdict: string | null;
}

/** `zap cap inspect`. */
export const inspect: CapCommand = {
  summary: "Show a token: who, what, until when, under which caveats",
  help: `Usage: zap cap inspect [FILE] [options]

Shows the capability in FILE (- or nothing: standard input) and every link of
its chain: who may do what until when, under which caveats. Takes a token, an
Authorization header, hex or bytes.

Nothing is verified unless keys of issuers are given; then each link says
whether its signature verifies and whether it is in force. Caveats are shown,
not evaluated: for that use "zap cap verify".

Options:
  --issuer=FILE    An issuer's key, public or private; can be repeated
  --json           Print it as JSON
  --help           Show this text
`,
  options: { issuer: "list" },
  maxFiles: 1,
  async run(words, io) {
    const { leaf, chain } = await readToken(io, words.files[0] ?? "-");
    const caps = [leaf, ...chain];
    const keys = await loadKeys(io, words.list("issuer"));
    const verifier = keys.size === 0 ? undefined : new Verifier({
      issuerKey: (hash) => keys.get(encodeHex(hash)),
      schemeVerify,
    });
    const described: Described[] = [];
    for (const cap of caps) described.push(await describe(cap, verifier));
    if (words.has("json")) io.stdout(`${quoted(described, 2)}\n`);
    else print(described, io);
    return 0;
  },
};

async function describe(cap: Cap, verifier: Verifier | undefined): Promise<Described> {
  const tag = cap.signature().at(-1)!;
  const isRoot = areZero(cap.parent(), 0, 32);
  return {
    id: encodeHex(await cap.id()),
    kind: nameOf(CapKind, cap.kind()) ?? `kind 0x${cap.kind().toString(16)}`,
    target: encodeHex(cap.target()),
    holder: encodeHex(cap.holder()),
    issuer: encodeHex(cap.issuer()),
    permissions: showPermissions(cap.permissions()),
    issuedAt: showTime(cap.issuedAt()),
    expiresAt: cap.expiresAt() === 0n ? "never" : showTime(cap.expiresAt()),
    scheme: nameOf(Scheme, tag) ?? `unknown tag ${tag}`,
    parent: isRoot ? null : encodeHex(cap.parent()),
    caveats: cap.caveats().map(showCaveat),
    verdict: verifier ? showVerdict(await verifier.verify(cap, systemSeconds())) : null,
  };
}

function showVerdict(refusal: CapError | null): string {
  return refusal === null ? "valid" : `${refusal.code}: ${refusal.message}`;
}

function print(all: readonly Described[], io: CliIo): void {
  const { isTerminal } = io;
  for (const [i, one] of all.entries()) {
    const place = i === 0 ? "Capability" : `Link ${i}`;
    const origin = one.parent === null ? ", a root" : "";
    io.stdout(`${paint(isTerminal, "bold", `${place}${origin}`)}\n`);
    const rows: [string, string][] = [
      ["kind", one.kind],
      ["may", one.permissions],
      ["on", one.target],
      ["holder", one.holder],
      ["issuer", one.issuer],
      ["issued", one.issuedAt],
      ["expires", one.expiresAt],
      ...one.caveats.map((caveat): [string, string] => ["only if", caveat]),
      ["id", one.id],
      ...one.parent === null ? [] : [["parent", one.parent] as [string, string]],
      ["signed by", one.scheme],
    ];
    for (const [name, value] of rows) io.stdout(`  ${name.padEnd(10)} ${value}\n`);
    if (one.verdict !== null) {
      const style = one.verdict === "valid" ? "green" : "red";
      io.stdout(`  ${"verdict".padEnd(10)} ${paint(isTerminal, style, one.verdict)}\n`);
    }
  }
  const note = all[0]!.verdict === null
    ? "Nothing has been verified: no key was given (--issuer=FILE), so any of this may be forged."
    : 'Each link was verified on its own, caveats were not evaluated: for the whole use "zap cap verify".';
  io.stdout(`${paint(isTerminal, "yellow", note)}\n`);
}
