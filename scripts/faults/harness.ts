/** Runs the server under fault in a process of its own, and asks it what it counted. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A runtime under test. */
export type Runtime = "node" | "deno" | "bun";

/** What the server counted. */
export interface Counted {
  readonly accepted: number;
  readonly closed: number;
  readonly started: number;
  readonly finished: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly timeouts: Readonly<Record<string, number>>;
  readonly parseErrors: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly connections: number;
  readonly activeRequests: number;
  readonly bytesIn: number;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SERVER = fileURLToPath(new URL("./server.ts", import.meta.url));

function commandOf(runtime: Runtime): string[] {
  switch (runtime) {
    case "node":
      return [process.execPath, "--import", import.meta.resolve("tsx"), SERVER];
    case "deno":
      return [
        `${ROOT}node_modules/deno/deno`,
        "run",
        "-A",
        "--no-check",
        SERVER,
      ];
    case "bun":
      return [`${ROOT}node_modules/bun/bin/bun.exe`, SERVER];
  }
}

/** One server process. */
export class Victim {
  readonly port: number;
  readonly child: ChildProcess;
  readonly #lines: string[];
  #changed: () => void = () => {};
  #ended = false;

  private constructor(child: ChildProcess, lines: string[], port: number) {
    this.child = child;
    this.port = port;
    this.#lines = lines;
  }

  /** Starts one; `descriptors` is its limit of open files, of which it has `files` open for itself. */
  static async start(
    runtime: Runtime,
    options: object = {},
    descriptors?: number,
    files: number = 0,
  ): Promise<Victim> {
    const command = commandOf(runtime);
    const [file, ...args] = descriptors === undefined
      ? command
      : ["prlimit", `--nofile=${descriptors}:${descriptors}`, ...command];
    const child = spawn(file!, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: {
        ...process.env,
        FAULT_OPTIONS: JSON.stringify(options),
        FAULT_FILES: String(files),
      },
    });
    const lines: string[] = [];
    let victim: Victim | undefined;
    let rest = "";
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout!.on("data", (chunk) => {
        const parts = (rest + chunk).split("\n");
        rest = parts.pop()!;
        for (const line of parts) {
          if (line.startsWith("listening ")) resolve(Number(line.slice(10)));
          else lines.push(line);
        }
        victim?.notify();
      });
      child.on("close", (code) => {
        victim?.notify(true);
        reject(new Error(`The server ended with ${code}`));
      });
    });
    return victim = new Victim(child, lines, port);
  }

  /** Wakes who waits for a line. */
  notify(ended: boolean = false): void {
    this.#ended ||= ended;
    this.#changed();
  }

  /** Resident memory in bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1024;
  }

  /** Milliseconds of processor time taken so far; Linux counts in hundredths of a second. */
  processorMs(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, "utf8").split(
      ") ",
    )[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** The first line that begins so, which is then forgotten. */
  async line(start: string, timeoutMs: number = 5_000): Promise<string> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const at = this.#lines.findIndex((line) => line.startsWith(start));
      if (at >= 0) return this.#lines.splice(at, 1)[0]!.slice(start.length);
      if (this.#ended) throw new Error("The server has ended");
      const left = until - Date.now();
      if (left <= 0) {
        throw new Error(`The server does not answer within ${timeoutMs} ms`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** What it has counted. */
  async counted(): Promise<Counted> {
    this.child.stdin!.write("?\n");
    return JSON.parse(await this.line("counted "));
  }

  /** Resolves when it has no connection any more, with what it counted then. */
  async quiet(timeoutMs: number = 5_000): Promise<Counted> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const counted = await this.counted();
      if (counted.connections === 0) return counted;
      if (Date.now() > until) {
        throw new Error(`${counted.connections} connections stay open`);
      }
      await sleep(20);
    }
  }

  /** Ends it without asking. */
  async kill(): Promise<void> {
    if (this.#ended) return;
    const gone = new Promise((resolve) => this.child.once("close", resolve));
    this.child.kill("SIGKILL");
    await gone;
  }
}

/** A connection, with all that came. */
export interface Client {
  readonly socket: Socket;
  received(): string;
  /** Milliseconds from connect to the end, or -1 while it is open. */
  endedAfter(): number;
  readonly wasReset: () => boolean;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

/** Connects; rejects only if nobody listens. */
export function open(
  port: number,
  options: { readonly reads?: boolean } = {},
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const since = Date.now();
    let received = "";
    let ended = -1;
    let reset = false;
    const socket = connect({ host: "127.0.0.1", port });
    const gone = new Promise<void>((done) => {
      socket.on("close", () => {
        ended = Date.now() - since;
        done();
      });
    });
    const client: Client = {
      socket,
      gone,
      received: () => received,
      endedAfter: () => ended,
      wasReset: () => reset,
    };
    if (options.reads !== false) {
      socket.on("data", (chunk: Uint8Array) => {
        if (received.length < 4096) {
          received += new TextDecoder("latin1").decode(chunk);
        }
      });
    }
    socket.on("error", (error) => {
      reset = true;
      if ((error as { code?: string }).code === "ECONNREFUSED") reject(error);
      else resolve(client);
    });
    socket.on("connect", () => resolve(client));
  });
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves as soon as it holds; throws with `what` if that takes too long. */
export async function eventually(
  what: string,
  holds: () => boolean,
  timeoutMs: number = 5_000,
): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > until) {
      throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    }
    await sleep(5);
  }
}

/** Throws unless it holds. */
export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** One request on a connection of its own; the whole answer. */
export async function ask(port: number, target: string = "/"): Promise<string> {
  const client = await open(port);
  client.socket.write(
    `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  );
  await client.gone;
  return client.received();
}
