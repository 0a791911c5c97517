/** This project's server, with all limits, timeouts and metrics on. Argument: mode. */

import process from "node:process";
import { serve } from "../../src/http/mod.ts";
import { handlerOf, honoApp, MAX_BODY_BYTES, modeOf, TEXT } from "./work.ts";

const mode = modeOf(process.argv);
const server = serve(mode === "hono" ? honoApp().fetch : handlerOf(mode), {
  port: 0,
  maxBodyBytes: MAX_BODY_BYTES,
  static: mode === "static" ? [{ path: "/", body: TEXT }] : [],
});
const address = await server.ready;
console.log(`listening ${address.transport === "tcp" ? address.port : 0}`);
