/**
 * `zap fmt`: schemas in one style.
 *
 * @module
 */

import { formatSchema, type SchemaForm } from "../schema/format.ts";
import type { CliIo } from "./io.ts";
import { loadText, reportProblems } from "./load_schema.ts";
import { usageError } from "./usage.ts";

const USAGE = `Usage: zap fmt [--braces | --indent] [--write | --check] FILE.zap…

Prints each schema formatted; "-" is standard input. Comments are kept.

  --braces    bodies in braces, each field with its offset
  --indent    bodies by indentation
  --write     write the files instead of printing them
  --check     print the names of files that are not formatted, and exit with 1
  -h, --help  print this

Exit codes: 0 done, 1 bad schema or file, or not formatted, 2 wrong usage.
`;

const FLAGS = ["--braces", "--indent", "--write", "--check"];

/** Runs the command; answers the exit code. */
export async function runFmt(args: string[], io: CliIo): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    io.stdout(USAGE);
    return 0;
  }
  const flags = args.filter((word) => word.startsWith("-") && word !== "-");
  const files = args.filter((word) => !flags.includes(word));
  const unknown = flags.find((flag) => !FLAGS.includes(flag));
  if (unknown !== undefined) return usageError(io, "zap fmt", `unknown option ${unknown}`);
  for (const [one, other] of [["--braces", "--indent"], ["--write", "--check"]] as const) {
    if (flags.includes(one) && flags.includes(other)) {
      return usageError(io, "zap fmt", `${one} and ${other} exclude each other`);
    }
  }
  if (files.length === 0) return usageError(io, "zap fmt", "no schema file given");
  const form = flags.includes("--braces")
    ? "braces"
    : flags.includes("--indent")
    ? "indent"
    : "keep";
  const mode = flags.find((flag) => flag === "--write" || flag === "--check");
  let code = 0;
  for (const file of files) code = Math.max(code, await formatFile(file, form, mode, io));
  return code;
}

async function formatFile(
  file: string,
  form: SchemaForm,
  mode: string | undefined,
  io: CliIo,
): Promise<number> {
  const text = await loadText(file, io);
  if (text === undefined) return 1;
  const formatted = reportProblems(io, () => formatSchema(text, { file, form }));
  if (formatted === undefined) return 1;
  if (mode === undefined || file === "-") {
    io.stdout(formatted);
    return 0;
  }
  if (formatted === text) return 0;
  if (mode === "--check") {
    io.stdout(`${file}\n`);
    return 1;
  }
  try {
    await io.writeFile(file, formatted);
  } catch (error) {
    io.stderr(`${file}: Cannot write schema: ${(error as Error).message}\n`);
    return 1;
  }
  return 0;
}
