/** A pool keeps its size: what it loses is made again. */

import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { type Peer, ZapPool, ZapServer } from "../../src/rpc/mod.ts";
import { eventually } from "../hostile/rpc_support.ts";

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: a pool that has lost connections makes them again, whoever is called meanwhile`, async () => {
    const peers: Peer[] = [];
    const server = new ZapServer({
      call: (call) => call.payload,
      onConnection: (peer) => peers.push(peer),
    });
    const { port } = await server.listen({ port: 0, framing });
    const pool = await ZapPool.connect({ port, framing, size: 3 });
    await eventually(() => server.connections === 3);
    for (const peer of peers.splice(0, 2)) peer.close();
    await eventually(() => server.connections === 1);
    // One call at a time: the connection that is left would do for all of them.
    while (server.connections < 3) {
      // A call may be the one that finds out.
      const outcome = await pool.call(1).then(({ status }) => status, (error) => error.code);
      assert(outcome === 200 || outcome === "lost", outcome);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assertEquals(pool.pendingCalls, 0);
    pool.close();
    await server.close();
  });

  test(`${framing}: a pool that has lost its server dials no more than it is called, and not once it is closed`, async () => {
    const server = new ZapServer({ call: (call) => call.payload });
    const { port } = await server.listen({ port: 0, framing });
    const pool = await ZapPool.connect({ port, framing, size: 3, timeoutMs: 50 });
    const fixed = await ZapPool.connect({ port, framing, size: 2, reconnect: false });
    await server.close();
    await eventually(() => !pool.pick().connected && !fixed.pick().connected);
    assertEquals(await pool.call(1).catch((error) => error.code), "deadline");
    assertEquals(await fixed.call(1).catch((error) => error.code), "closed");
    pool.pick();
    pool.close();
    assertEquals(await pool.call(1).catch((error) => error.code), "closed");
    const again = new ZapServer({});
    await again.listen({ port, framing });
    await new Promise((resolve) => setTimeout(resolve, 200));
    assertEquals([again.connections, fixed.pendingCalls], [0, 0]);
    fixed.close();
    await again.close();
  });
}
