/** A server for the time of one test. */

import { assertEquals } from "@std/assert";
import { type ServerOptions, ZapServer } from "../../src/rpc/mod.ts";

/** Serves on a free port while `use` runs; afterwards no connection may be left. */
export async function serving(
  options: ServerOptions,
  framing: "node" | "mux",
  use: (port: number, server: ZapServer) => Promise<void>,
): Promise<void> {
  const server = new ZapServer(options);
  const { port } = await server.listen({ port: 0, framing });
  try {
    await use(port, server);
  } finally {
    await server.close();
  }
  assertEquals(server.connections, 0);
}
