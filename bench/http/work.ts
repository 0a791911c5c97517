/** The same work for every server: what each mode answers, as a fetch handler. */

import { Hono } from "hono";

/** What a server is started to do. */
export type Mode = "static" | "json" | "hono" | "echo" | "upload" | "download";

/** The fixed answer. */
export const TEXT = "Hello, World!";

/** 1 MiB. */
export const LARGE: Uint8Array<ArrayBuffer> = new Uint8Array(1024 * 1024).fill(
  0x61,
);

/** The largest body that a server must take. */
export const MAX_BODY_BYTES: number = 2 * 1024 * 1024;

/** A Hono app with three routes and one middleware. */
export function honoApp(): Hono {
  const app = new Hono();
  app.use("*", async (c, next) => {
    // Before the handler: afterwards Hono makes the response anew, which only some servers do cheaply.
    c.header("x-powered-by", "hono");
    await next();
  });
  app.get("/", (c) => c.text(TEXT));
  app.get("/users/:id", (c) => c.json({ id: c.req.param("id"), name: "Ada" }));
  app.post("/users", async (c) => c.json(await c.req.json(), 201));
  return app;
}

/** The handler of a mode. */
export function handlerOf(
  mode: Mode,
): (request: Request) => Response | Promise<Response> {
  switch (mode) {
    case "static":
      return () => new Response(TEXT);
    case "json":
      return () => Response.json({ message: TEXT });
    case "hono": {
      const app = honoApp();
      return (request) => app.fetch(request);
    }
    case "echo":
      return async (request) => Response.json(await request.json());
    case "upload":
      return async (request) => new Response(String((await request.arrayBuffer()).byteLength));
    case "download":
      return () => new Response(LARGE);
  }
}

/** The mode this program was started with. */
export function modeOf(args: readonly string[]): Mode {
  return args.at(-1) as Mode;
}
