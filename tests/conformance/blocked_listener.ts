import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";

/** A process that listens and then does nothing more: its accept queue fills, and SYNs stay unanswered. */
const PROGRAM = `
const net = process.getBuiltinModule("node:net");
const server = net.createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  process.getBuiltinModule("node:fs").writeSync(1, String(server.address().port) + "\\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
});
`;

/** Runs `body` with the port of a listener that never accepts. */
export async function withBlockedListener(body: (port: number) => Promise<void>): Promise<void> {
  const args = "Deno" in globalThis ? ["eval", PROGRAM] : ["-e", PROGRAM];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(child.stdout, "data");
    await body(Number(String(line).trim()));
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
