/** Words of `zap cap` and the values that they stand for. */

import { CapKind, type Caveat, caveat, type CaveatContext, hash32, Perm } from "../cap/mod.ts";
import { decodeHex } from "../base/bytes.ts";
import { nearestName } from "../base/options.ts";

/** A word that stands for nothing. Its message ends the sentence "zap cap …:". */
export class WordError extends Error {}

const encoder = new TextEncoder();

function bytesOf(word: string, what: string, length?: number): Uint8Array {
  const bytes = decodeHex(word.replace(/^0x/, ""));
  if (bytes && (length === undefined || bytes.length === length)) return bytes;
  const size = length === undefined ? "" : ` of ${length} bytes`;
  throw new WordError(`${what} must be hex${size}, not "${word}"`);
}

/** The fields are u64 at most. */
const MOST = (1n << 64n) - 1n;

function bigintOf(word: string, what: string, most: bigint = MOST): bigint {
  if (!/^(0x[0-9a-f]+|0b[01]+|[0-9]+)$/i.test(word)) {
    throw new WordError(`${what} must be a number such as 7 or 0x7, not "${word}"`);
  }
  const value = BigInt(word);
  if (value <= most) return value;
  throw new WordError(`${what} must be at most ${most}, not ${word}`);
}

function numberOf(word: string, what: string): number {
  return Number(bigintOf(word, what, 0xffff_ffffn));
}

/** A kind by its name or number. */
export function parseKind(word: string): number {
  const name = Object.keys(CapKind).find((name) => name.toLowerCase() === word.toLowerCase());
  if (name !== undefined) return CapKind[name as keyof typeof CapKind];
  if (/^[0-9]/.test(word)) return numberOf(word, "--kind");
  const near = nearestName(word, Object.keys(CapKind));
  throw new WordError(
    `there is no kind "${word}"${
      near ? `: did you mean ${near}?` : `: use ${Object.keys(CapKind).join(", ")}`
    }`,
  );
}

/** 32 bytes: hex, or `text:…` for the SHA-256 of a text. */
export async function parseHash(word: string, what: string): Promise<Uint8Array> {
  if (word.startsWith("text:")) return await hash32(encoder.encode(word.slice(5)));
  return bytesOf(word, `${what} (or text:…)`, 32);
}

/** Permissions: numbers and names joined by commas, such as `0x3,attenuate`. */
export function parsePermissions(words: string): bigint {
  let permissions = 0n;
  for (const word of words.split(",")) {
    const name = Object.keys(Perm).find((name) => name.toLowerCase() === word.toLowerCase());
    permissions |= name === undefined
      ? bigintOf(word, "permissions")
      : Perm[name as keyof typeof Perm];
  }
  return permissions;
}

/** A time: Unix seconds, or a date such as `2030-01-31T12:00:00Z`. */
export function parseTime(word: string, what: string): bigint {
  if (/^[0-9]+$/.test(word)) return bigintOf(word, what);
  const time = Date.parse(word);
  if (!Number.isNaN(time) && time >= 0) return BigInt(Math.floor(time / 1000));
  throw new WordError(`${what} must be Unix seconds or a date such as 2030-01-31T12:00:00Z`);
}

/** A length of time such as `90s`, `15m`, `12h` or `30d`, in seconds. */
export function parseDuration(word: string): bigint {
  const match = /^([0-9]{1,9})([smhd])$/.exec(word);
  if (!match) {
    throw new WordError(`--expires-in must be such as 90s, 15m, 12h or 30d, not "${word}"`);
  }
  return BigInt(match[1]!) *
    { s: 1n, m: 60n, h: 3600n, d: 86400n }[match[2] as "s" | "m" | "h" | "d"];
}

const CAVEATS: Readonly<Record<string, (word: string) => Caveat>> = {
  "expires-at": (word) => caveat.expiresAt(parseTime(word, "expires-at")),
  "max-amount": (word) => caveat.maxAmount(bigintOf(word, "max-amount")),
  "dest-chain": (word) => caveat.destChain(bytesOf(word, "dest-chain")),
  "rate-limit": (word) => {
    const [count = "", seconds = "", ...more] = word.split("/");
    if (more.length > 0) throw new WordError(`rate-limit must be COUNT/SECONDS, not "${word}"`);
    return caveat.rateLimit(numberOf(count, "rate-limit"), numberOf(seconds, "rate-limit"));
  },
  "ip": (word) => caveat.ipCidr(word),
  "asset-id": (word) => caveat.assetID(bytesOf(word, "asset-id")),
  "op-allow": (word) => caveat.opAllow(bigintOf(word, "op-allow")),
  "max-depth": (word) => caveat.maxDepth(numberOf(word, "max-depth")),
  "audience": (word) => caveat.audience(word),
  "nonce-hash": (word) => caveat.nonceHash(bytesOf(word, "nonce-hash", 32)),
};

const CONTEXT: Readonly<Record<string, (word: string) => CaveatContext>> = {
  amount: (word) => ({ amount: bigintOf(word, "amount") }),
  "dest-chain": (word) => ({ destChain: bytesOf(word, "dest-chain") }),
  "asset-id": (word) => ({ assetID: bytesOf(word, "asset-id") }),
  ip: (word) => ({ ip: word }),
  audience: (word) => ({ audience: word }),
  nonce: (word) => ({ nonce: bytesOf(word, "nonce") }),
};

function parseNamed<T>(table: Readonly<Record<string, (word: string) => T>>, words: string): T {
  const equals = words.indexOf("=");
  const name = words.slice(0, Math.max(0, equals));
  const parse = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!parse) {
    const near = nearestName(name || words, Object.keys(table));
    throw new WordError(
      `"${words}" must be NAME=VALUE with a name of ${Object.keys(table).join(", ")}` +
        (near ? `: did you mean ${near}?` : ""),
    );
  }
  try {
    return parse(words.slice(equals + 1));
  } catch (error) {
    throw new WordError((error as Error).message);
  }
}

/** A caveat such as `audience=api.example`. */
export function parseCaveat(words: string): Caveat {
  return parseNamed(CAVEATS, words);
}

/** What caveats are evaluated against, such as `ip=10.0.0.1` and `amount=5`. */
export function parseContext(all: readonly string[]): CaveatContext {
  return Object.assign({}, ...all.map((words) => parseNamed(CONTEXT, words)));
}
