import { bunNetwork } from "./bun.ts";
import { denoNetwork } from "./deno.ts";
import { nodeNetwork } from "./node.ts";
import type { Network } from "./types.ts";

/**
 * The network of the runtime that runs this code.
 *
 * Deno and Bun also answer to `process`, so they are asked for by their own names first.
 *
 * @returns The adapter; nothing of another runtime is loaded.
 * @throws {TypeError} Where there are no sockets, as in a browser.
 *
 * @example
 * ```ts
 * import { currentNetwork } from "./current.ts";
 *
 * console.log(currentNetwork().name); // "deno", "bun" or "node"
 * ```
 */
export function currentNetwork(): Network {
  const scope = globalThis as {
    Deno?: unknown;
    Bun?: unknown;
    process?: { versions?: { node?: string } };
  };
  if (scope.Deno !== undefined) return denoNetwork;
  if (scope.Bun !== undefined) return bunNetwork;
  if (scope.process?.versions?.node !== undefined) return nodeNetwork;
  throw new TypeError("Cannot open sockets: this is not Deno, Bun or Node");
}
