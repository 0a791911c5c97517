/** `Bun.serve`. Arguments: `fetch` or `static` (a static route), mode. */

import { handlerOf, MAX_BODY_BYTES, modeOf, TEXT } from "./work.ts";

interface BunLike {
  serve(options: Record<string, unknown>): { port: number };
}
const { serve } = (globalThis as unknown as { Bun: BunLike }).Bun;
const useRoutes = process.argv.includes("routes");
const server = serve({
  hostname: "127.0.0.1",
  port: 0,
  maxRequestBodySize: MAX_BODY_BYTES,
  ...(useRoutes ? { routes: { "/": new Response(TEXT) } } : {}),
  fetch: handlerOf(modeOf(process.argv)),
});
console.log(`listening ${server.port}`);
