/** A copy of the message's bytes: what no codec can be faster than, if its result is to be owned. */

import { generatedPeer } from "./zap_edge.ts";
import type { Case, Peer } from "./types.ts";

function of(bytes: Uint8Array): Case {
  const source = bytes.slice();
  const copy = () => {
    const target = new Uint8Array(source.length);
    target.set(source);
    return target;
  };
  return { encode: copy, decode: copy };
}

export const memcpyPeer: Peer = {
  name: "memcpy",
  small: of(generatedPeer.small.encode()),
  medium: of(generatedPeer.medium.encode()),
  large: of(generatedPeer.large.encode()),
};
