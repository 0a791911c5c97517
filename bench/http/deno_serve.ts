/** `Deno.serve`. Argument: mode. */

import { handlerOf, modeOf } from "./work.ts";

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`listening ${port}`),
}, handlerOf(modeOf(Deno.args)));
