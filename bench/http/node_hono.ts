/** `@hono/node-server`. Argument: mode. */

import { serve } from "@hono/node-server";
import process from "node:process";
import { handlerOf, modeOf } from "./work.ts";

serve({
  fetch: handlerOf(modeOf(process.argv)),
  hostname: "127.0.0.1",
  port: 0,
}, (info) => {
  console.log(`listening ${info.port}`);
});
