/**
 * `@zap-proto/zap`, as its generated code uses it. Its getters are protected in TypeScript and public
 * at run time.
 */

import { Builder, Message } from "@zap-proto/zap";
import { builderPeer } from "./builder.ts";
import type { Peer } from "./types.ts";

export const zapPeer: Peer = builderPeer("@zap-proto/zap", Builder, Message);
