/** The servers that are compared, and how each is started: on core 0, with the port it chose. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { buildSync } from "esbuild";
import { LARGE, type Mode, TEXT } from "./work.ts";

/** A runtime under test. */
export type Runtime = "node" | "deno" | "bun";

/** A server under test. */
export interface Contestant {
  /** As it stands in the table. */
  readonly name: string;
  /** The command line that starts it in a mode. */
  readonly command: (mode: Mode) => string[];
  /** Where it does not choose a port by itself. */
  readonly needsPort?: (port: number, mode: Mode) => void;
}

/** A server that runs. */
export interface Running {
  readonly port: number;
  readonly child: ChildProcess;
  /** Resident memory in bytes. */
  memory(): number;
  /** CPU time so far in seconds, of all its threads. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

const ROOT = new URL("../../", import.meta.url).pathname;
const BUILD = join(ROOT, ".build/http");
const source = (name: string): string => join(ROOT, "bench/http", name);

/** A TypeScript file as one bundle for Node: loaders inject calls that slow closures. */
function bundled(name: string): string {
  const outfile = join(BUILD, name.replace(/\.ts$/, ".mjs"));
  buildSync({
    entryPoints: [source(name)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
  });
  return outfile;
}

const binary = (name: string): string => join(ROOT, "node_modules", name);
const DENO = binary("deno/deno");
const BUN = binary("bun/bin/bun.exe");

function commandOf(
  runtime: Runtime,
  file: string,
  args: readonly string[] = [],
) {
  return (mode: Mode): string[] => {
    switch (runtime) {
      case "node":
        return [process.execPath, bundled(file), ...args, mode];
      case "deno":
        return [DENO, "run", "-A", "--no-check", source(file), ...args, mode];
      case "bun":
        return [BUN, source(file), ...args, mode];
    }
  };
}

/** This project's server. */
export function ours(runtime: Runtime): Contestant {
  return { name: "zap-edge", command: commandOf(runtime, "zap_serve.ts") };
}

/** Nothing but sockets. */
export function rawSockets(runtime: Runtime): Contestant {
  return { name: "sockets", command: commandOf(runtime, "raw_socket.ts") };
}

/** The runtime's own server with a fetch handler (on Node that of Hono). */
export function fetchServer(runtime: Runtime): Contestant {
  switch (runtime) {
    case "node":
      return {
        name: "@hono/node-server",
        command: commandOf(runtime, "node_hono.ts"),
      };
    case "deno":
      return {
        name: "Deno.serve",
        command: commandOf(runtime, "deno_serve.ts"),
      };
    case "bun":
      return { name: "Bun.serve", command: commandOf(runtime, "bun_serve.ts") };
  }
}

/** The runtime's own server at its best: static routes on Bun, `node:http` by hand on Node. */
export function ownServer(runtime: Runtime): Contestant {
  switch (runtime) {
    case "node":
      return { name: "node:http", command: commandOf(runtime, "node_http.ts") };
    case "deno":
      return fetchServer(runtime);
    case "bun":
      return {
        name: "Bun.serve routes",
        command: commandOf(runtime, "bun_serve.ts", ["routes"]),
      };
  }
}

/** Go's two servers, built when first asked for, and nginx. */
export function natives(): Contestant[] {
  return [
    goServer("net/http", "nethttp"),
    goServer("fasthttp", "fasthttp"),
    nginx(),
  ];
}

function goServer(name: string, file: string): Contestant {
  return {
    name,
    command: (mode) => {
      const out = join(BUILD, file);
      mkdirSync(BUILD, { recursive: true });
      execFileSync("go", ["build", "-o", out, source(`go/${file}.go`)], {
        env: {
          ...process.env,
          GO111MODULE: "off",
          GOPATH: "/usr/share/gocode",
          GOFLAGS: "",
        },
      });
      return [out, mode];
    },
  };
}

function nginx(): Contestant {
  const config = join(BUILD, "nginx.conf");
  return {
    name: "nginx",
    needsPort: (port, mode) => {
      mkdirSync(join(BUILD, "www"), { recursive: true });
      writeFileSync(join(BUILD, "www/large"), LARGE);
      const answers: Partial<Record<Mode, string>> = {
        static: `default_type text/plain; return 200 "${TEXT}";`,
        json: `default_type application/json; return 200 '{"message":"${TEXT}"}';`,
        download: `root ${BUILD}/www; try_files /large =404;`,
      };
      writeFileSync(
        config,
        `worker_processes 1; daemon off; error_log stderr crit; pid ${BUILD}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 65; sendfile on; tcp_nopush on;
  client_body_temp_path ${BUILD}/www; proxy_temp_path ${BUILD}/www; fastcgi_temp_path ${BUILD}/www;
  uwsgi_temp_path ${BUILD}/www; scgi_temp_path ${BUILD}/www;
  server { listen 127.0.0.1:${port} backlog=4096; location / { ${answers[mode] ?? "return 404;"} } }
}`,
      );
    },
    command: () => ["nginx", "-e", "stderr", "-c", config],
  };
}

/** Starts a server on core 0. */
export async function start(
  contestant: Contestant,
  mode: Mode,
): Promise<Running> {
  const fixed = contestant.needsPort && await freePort();
  if (fixed) contestant.needsPort?.(fixed, mode);
  const child = spawn("taskset", ["-c", "0", ...contestant.command(mode)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = fixed ? await answering(fixed) : await announced(child, contestant.name);
  return {
    port,
    child,
    memory: () => memoryOf(child.pid!),
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      if (contestant.name === "nginx") {
        execFileSync("kill", ["-9", ...children(child.pid!)]);
      }
      await gone;
    },
  };
}

/** nginx' worker, which lives on after its master was killed. */
function children(pid: number): string[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").filter(Boolean) : [];
}

function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1024;
}

/** nginx' work is done by its only child. */
function cpuSecondsOf(pid: number): number {
  let ticks = 0;
  for (const id of [pid, ...children(pid)]) {
    const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1]!.split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}

function announced(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout!.on("data", (chunk) => {
      text += chunk;
      const port = /^listening (\d+)$/m.exec(text);
      if (port) resolve(Number(port[1]));
    });
    child.once(
      "exit",
      (code) => reject(new Error(`${name} ended with ${code}: ${text}`)),
    );
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until the port is answered. */
async function answering(port: number): Promise<number> {
  for (let attempt = 0;; attempt++) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
      return port;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
