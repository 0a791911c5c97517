/** Values of capabilities as a person reads them. */

import { styleText } from "node:util";
import { type Caveat, CaveatKind, Perm } from "../cap/mod.ts";
import { encodeHex } from "../base/bytes.ts";
import { quoted } from "../base/quoted.ts";
import { decodeNetwork, decodeRate, decodeU64 } from "../cap/caveat_values.ts";

/** A time as a person reads it. */
export function showTime(seconds: bigint): string {
  const isDate = seconds < 253_402_300_800n;
  return isDate
    ? new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z")
    : `second ${seconds} (after the year 9999)`;
}

/** Permissions as a person reads them. */
export function showPermissions(permissions: bigint): string {
  const names = Object.entries(Perm).filter(([, bit]) => (permissions & bit) !== 0n);
  const rest = names.reduce((rest, [, bit]) => rest & ~bit, permissions);
  const words = names.map(([name]) => name.toLowerCase());
  if (rest !== 0n || words.length === 0) words.unshift(`0x${rest.toString(16)}`);
  return words.join(", ");
}

/** A caveat as a person reads it. */
export function showCaveat({ kind, value }: Caveat): string {
  const unreadable = `cannot be read: ${encodeHex(value)}`;
  const number = decodeU64(value);
  switch (kind) {
    case CaveatKind.ExpiresAt:
      return `valid until ${number === undefined ? unreadable : showTime(number)}`;
    case CaveatKind.MaxAmount:
      return `amount at most ${number ?? unreadable}`;
    case CaveatKind.DestChain:
      return `destination chain ${encodeHex(value)}`;
    case CaveatKind.AssetID:
      return `asset ${encodeHex(value)}`;
    case CaveatKind.RateLimit: {
      const rate = decodeRate(value);
      return `rate ${rate ? `at most ${rate.count} in ${rate.seconds} s` : unreadable}`;
    }
    case CaveatKind.IPCIDR: {
      const network = decodeNetwork(value);
      return `from ${network ? showNetwork(network.address, network.prefix) : unreadable}`;
    }
    case CaveatKind.OpAllow:
      return `operations ${number === undefined ? unreadable : `0x${number.toString(16)}`}`;
    case CaveatKind.MaxDepth:
      return `handed on at most ${value.length === 1 ? `${value[0]} times` : unreadable}`;
    case CaveatKind.Audience:
      return `audience ${quoted(new TextDecoder().decode(value))}`;
    case CaveatKind.NonceHash:
      return `once, with the nonce whose SHA-256 is ${encodeHex(value)}`;
  }
  return `unknown kind ${kind}, always refused: ${encodeHex(value)}`;
}

function showNetwork(address: Uint8Array, prefix: number): string {
  if (address.length === 4) return `${address.join(".")}/${prefix}`;
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16),
  );
  return `${groups.join(":")}/${prefix}`;
}

/** Styled text on a terminal, plain text elsewhere. */
export function paint(
  isTerminal: boolean,
  style: "green" | "red" | "yellow" | "bold",
  text: string,
): string {
  return isTerminal ? styleText(style, text) : text;
}
