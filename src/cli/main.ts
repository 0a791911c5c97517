/**
 * The `zap` command line: finds the sub-command, loads it, runs it.
 *
 * @module
 */

import type { CliIo } from "./io.ts";
import { nearestName } from "../base/options.ts";
import { VERSION } from "../base/version.ts";

/** A sub-command: takes the words after its name, answers the exit code. */
type Command = (args: string[], io: CliIo) => Promise<number>;

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    summary: "Serve a module over ZAP and HTTP",
    load: async () => (await import("./serve.ts")).runServe,
  },
  call: {
    summary: "Call a method of a ZAP server",
    load: async () => (await import("./call.ts")).runCall,
  },
  decode: {
    summary: "Show a ZAP message, or a file of frames, as a tree with offsets",
    load: async () => (await import("./decode.ts")).runDecode,
  },
  cap: {
    summary: "Make, inspect, verify and revoke capabilities, and their keys",
    load: async () => (await import("./cap.ts")).runCap,
  },
  gen: {
    summary: "Generate TypeScript and OpenAPI from .zap schemas (also: zapgen)",
    load: async () => (await import("./gen.ts")).runZapgen,
  },
  fmt: {
    summary: "Format .zap schemas",
    load: async () => (await import("./fmt.ts")).runFmt,
  },
  diff: {
    summary: "Tell which changes of a schema break readers or writers",
    load: async () => (await import("./diff.ts")).runDiff,
  },
};

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) =>
    `  zap ${name.padEnd(width)}  ${summary}`
  );
  return `Usage: zap COMMAND [options]\n\n${
    lines.join("\n")
  }\n\n"zap COMMAND --help" tells all of a command; "zap --version" prints ${VERSION}.\nExit codes: 0 done, 1 failed, 2 wrong usage.\n`;
}

/** Runs the command line; answers the exit code. */
export async function main(args: string[], io: CliIo): Promise<number> {
  let [name, ...rest] = args;
  if (name === undefined) return io.stderr(help()), 2;
  if (name === "--version" || name === "-V") return io.stdout(`${VERSION}\n`), 0;
  // "zap help serve" is "zap serve --help".
  if (name === "help" && rest[0] !== undefined) [name, rest] = [rest[0], ["--help"]];
  if (name === "--help" || name === "-h" || name === "help") return io.stdout(help()), 0;
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) {
    const near = nearestName(name, Object.keys(COMMANDS));
    io.stderr(
      `zap: unknown command "${name}"${near ? `: did you mean "${near}"?` : ""}\n` +
        `Run "zap --help" for the commands\n`,
    );
    return 2;
  }
  return await (await entry.load())(rest, io);
}
