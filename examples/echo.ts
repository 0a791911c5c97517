/**
 * The smallest server: three methods over ZAP.
 *
 * ```sh
 * npm start
 * npx zap call 127.0.0.1:9999 1 hello
 * ```
 *
 * @module
 */

import { type Call, type Handlers, Status } from "../src/rpc/mod.ts";

const text = { decoder: new TextDecoder(), encoder: new TextEncoder() };

const rpc: Handlers = {
  call(call: Call) {
    switch (call.method) {
      case 1: // echo
        return call.payload;
      case 2: // upper case; names another call as its target to work on that one's answer
        return text.encoder.encode(text.decoder.decode(call.payload).toUpperCase());
      case 3: // the server's time
        return text.encoder.encode(new Date().toISOString());
      default:
        return { status: Status.NotFound, body: text.encoder.encode("Methods are 1, 2 and 3") };
    }
  },
};

const service: { rpc: Handlers } = { rpc };
export default service;
