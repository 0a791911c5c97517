/** msgpackr and cbor-x with shared structures, which is their fastest mode. */

import { Encoder as CborEncoder } from "cbor-x";
import { Packr } from "msgpackr";
import { plainLarge, plainMedium, plainSmall } from "./plain.ts";
import type { Case, Peer } from "./types.ts";

const packr = new Packr({ structures: [] });
const cbor = new CborEncoder({ structures: [] });

function peer(
  name: string,
  codec: { encode(v: unknown): Uint8Array; decode(b: Uint8Array): unknown },
): Peer {
  const of = (value: unknown): Case => ({
    encode: () => codec.encode(value),
    decode: (data) => codec.decode(data),
  });
  return {
    name,
    small: of(plainSmall),
    medium: of(plainMedium),
    large: of(plainLarge),
  };
}

export const msgpackrPeer: Peer = peer("msgpackr", packr);
export const cborPeer: Peer = peer("cbor-x", cbor);
