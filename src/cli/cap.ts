/** `zap cap`: keys, tokens, and what becomes of them. */

import { CapError } from "../cap/mod.ts";
import { nearestName } from "../base/options.ts";
import type { CliIo } from "./io.ts";
import { type CapCommand, Words } from "./cap_command.ts";
import { inspect } from "./cap_inspect.ts";
import { attenuateCommand, issueCommand, keygen } from "./cap_mint.ts";
import { WordError } from "./cap_values.ts";
import { revokeCommand, verify } from "./cap_verify.ts";
import { usageError } from "./usage.ts";

const COMMANDS: Readonly<Record<string, CapCommand>> = {
  keygen,
  issue: issueCommand,
  attenuate: attenuateCommand,
  inspect,
  verify,
  revoke: revokeCommand,
};

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) =>
    `  zap cap ${name.padEnd(9)}  ${summary}`
  );
  return `Usage: zap cap COMMAND [options]

${lines.join("\n")}

"zap cap COMMAND --help" tells all of a command. Private keys come from files of
mode 0600 or from the environment, tokens from files or standard input:
arguments can be seen by others. Exit codes: 0 done, 1 failed or refused, 2
wrong usage.
`;
}

/** Runs `zap cap`; answers the exit code. */
export async function runCap(args: string[], io: CliIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    io.stdout(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const near = nearestName(name, Object.keys(COMMANDS));
    const hint = near ? `: did you mean "${near}"?` : "";
    return usageError(io, "zap cap", `unknown command "${name}"${hint}`);
  }
  try {
    const words = Words.parse(rest, command);
    if (words.has("help")) return io.stdout(command.help), 0;
    return await command.run(words, io);
  } catch (error) {
    if (error instanceof WordError) return usageError(io, `zap cap ${name}`, error.message);
    const code = error instanceof CapError ? `${error.code}: ` : "";
    io.stderr(`zap cap ${name}: ${code}${(error as Error).message}\n`);
    return 1;
  }
}
