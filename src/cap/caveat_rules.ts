/** Evaluating caveats: each of every link, against the request; what cannot be evaluated is a refusal. */

import { encodeHex, equalBytes } from "../base/bytes.ts";
import { isInNetwork } from "../base/ip_address.ts";
import { assertKnownOptions } from "../base/options.ts";
import type { Cap, Caveat } from "./cap.ts";
import type { NonceStore, RateStore } from "./caveat_stores.ts";
import { decodeNetwork, decodeRate, decodeU64 } from "./caveat_values.ts";
import { CapError } from "./error.ts";
import { hash32 } from "./hash.ts";
import type { Hooks, MaybePromise } from "./hooks.ts";
import { parseIpAddress } from "./ip_address.ts";
import { CaveatKind, nameOf } from "./kinds.ts";

/** What caveats are evaluated against. What is missing here cannot be evaluated, and is refused. */
export interface CaveatContext {
  /** For MaxAmount: how much the request moves. */
  readonly amount?: bigint;
  /** For DestChain: where to. */
  readonly destChain?: Uint8Array;
  /** For AssetID: of what. */
  readonly assetID?: Uint8Array;
  /** For IPCIDR: the address that the request comes from. */
  readonly ip?: string;
  /** For OpAllow: bits of the operation. `verifyChain` puts its own `op` here. */
  readonly op?: bigint;
  /** For Audience: to whom the request is made. */
  readonly audience?: string;
  /** For NonceHash: the nonce that the request shows. */
  readonly nonce?: Uint8Array;
  /** For evaluators of your own. */
  readonly extra?: unknown;
}

/** Where in a chain a caveat stands. */
export interface CaveatPlace {
  /** The capability that carries it. */
  readonly cap: Cap;
  /** How many times that capability has been handed on since: 0 for the leaf. */
  readonly depth: number;
  /** Unix seconds. */
  readonly now: bigint;
}

/** Evaluates a caveat: only `true` lets the capability pass. */
export type CaveatEvaluator = (
  value: Uint8Array,
  context: CaveatContext,
  place: CaveatPlace,
) => MaybePromise<boolean>;

/** How caveats are evaluated. */
export interface CaveatRulesOptions {
  /** Evaluators of your own, by `CaveatKind`, instead of the built-in ones. */
  readonly evaluate?: Readonly<Record<number, CaveatEvaluator>>;
  /** Counts uses for RateLimit. Without it, a rate cannot be evaluated. */
  readonly rates?: RateStore;
  /** Remembers nonces for NonceHash. Without it, a nonce cannot be evaluated. */
  readonly nonces?: NonceStore;
}

interface Item extends CaveatPlace {
  readonly caveat: Caveat;
  readonly index: number;
}

/** Evaluators that only look. ExpiresAt takes the last valid second, as `expiresAt` does. */
const BUILT_IN: Readonly<Record<number, CaveatEvaluator>> = {
  [CaveatKind.ExpiresAt]: (value, _, { now }) => {
    const last = decodeU64(value);
    return last !== undefined && now <= last;
  },
  [CaveatKind.MaxAmount]: (value, { amount }) => {
    const max = decodeU64(value);
    return max !== undefined && amount !== undefined && amount >= 0n &&
      amount <= max;
  },
  [CaveatKind.DestChain]: (value, { destChain }) => !!destChain && equalBytes(value, destChain),
  [CaveatKind.AssetID]: (value, { assetID }) => !!assetID && equalBytes(value, assetID),
  [CaveatKind.IPCIDR]: (value, { ip }) => {
    const network = decodeNetwork(value);
    const address = ip === undefined ? undefined : parseIpAddress(ip);
    return !!network && !!address &&
      isInNetwork(address, network.address, network.prefix);
  },
  [CaveatKind.OpAllow]: (value, { op }) => {
    const mask = decodeU64(value);
    return mask !== undefined && op !== undefined && op !== 0n &&
      (op & ~mask) === 0n;
  },
  [CaveatKind.MaxDepth]: (value, _, { depth }) => value.length === 1 && depth <= value[0]!,
  [CaveatKind.Audience]: (value, { audience }) =>
    audience !== undefined &&
    equalBytes(value, new TextEncoder().encode(audience)),
};

/** Evaluates the caveats of a chain whose signatures have been checked. */
export class CaveatRules {
  readonly #evaluators: Readonly<Record<number, CaveatEvaluator>>;
  readonly #rates: RateStore | undefined;
  readonly #nonces: NonceStore | undefined;
  readonly #hooks: Hooks;

  /** @throws {TypeError} For an unknown option, or an evaluator of an unknown kind. */
  constructor(options: CaveatRulesOptions, hooks: Hooks) {
    assertKnownOptions(options, ["evaluate", "rates", "nonces"], "caveats");
    for (const kind of Object.keys(options.evaluate ?? {})) {
      if (nameOf(CaveatKind, Number(kind)) !== undefined) continue;
      throw new TypeError(
        `Cannot evaluate caveats of kind ${kind}: known kinds are 0 to 9`,
      );
    }
    this.#evaluators = { ...BUILT_IN, ...options.evaluate };
    this.#rates = options.rates;
    this.#nonces = options.nonces;
    this.#hooks = hooks;
  }

  /**
   * Evaluates every caveat, leaf first. Those that use something up come last, nonces after rates, so
   * that a request that is refused for another reason does not burn a nonce.
   */
  async evaluate(
    links: readonly { readonly cap: Cap }[],
    now: bigint,
    context: CaveatContext,
  ): Promise<CapError | null> {
    const looks: Item[] = [];
    const rates: Item[] = [];
    const nonces: Item[] = [];
    for (const [depth, { cap }] of links.entries()) {
      for (const [index, caveat] of cap.caveats().entries()) {
        const own = this.#evaluators[caveat.kind] !== undefined;
        const list = own ? looks : caveat.kind === CaveatKind.RateLimit ? rates : nonces;
        list.push({ cap, depth, now, caveat, index });
      }
    }
    for (const item of [...looks, ...rates, ...nonces]) {
      const answer = this.#hooks.ask(() => this.#holds(item, context));
      if ((answer instanceof Promise ? await answer : answer) === true) {
        continue;
      }
      const name = nameOf(CaveatKind, item.caveat.kind);
      return new CapError(
        "caveat_violation",
        `Caveat ${name} is violated or cannot be evaluated`,
      );
    }
    return null;
  }

  #holds(item: Item, context: CaveatContext): MaybePromise<boolean> {
    const { kind, value } = item.caveat;
    const evaluator = this.#evaluators[kind];
    if (evaluator) return evaluator(value, context, item);
    if (kind === CaveatKind.RateLimit) return this.#takeRate(item);
    return kind === CaveatKind.NonceHash && this.#useNonce(item, context.nonce);
  }

  async #takeRate({ cap, caveat, index, now }: Item): Promise<boolean> {
    const rate = decodeRate(caveat.value);
    if (!rate || !this.#rates) return false;
    const key = `${encodeHex(await cap.id())}:${index}`;
    return await this.#rates.take(key, rate.count, rate.seconds, now);
  }

  async #useNonce(
    { cap, caveat, now }: Item,
    nonce: Uint8Array | undefined,
  ): Promise<boolean> {
    if (!nonce || !this.#nonces || caveat.value.length !== 32) return false;
    if (!equalBytes(await hash32(nonce), caveat.value)) return false;
    return await this.#nonces.use(caveat.value, cap.expiresAt(), now);
  }
}
