/**
 * `zap fmt`: schemas in one style.
 *
 * @module
 */

import { formatSchema, type SchemaForm } from "../schema/format.ts";
import type { CliIo } from "./io.ts";
import { loadText, reportProblems } from "./load_schema.ts";
import { type ParsedOptions, parseOptions } from "./parse_options.ts";
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

const OPTIONS = {
  braces: { type: "boolean" },
  indent: { type: "boolean" },
  write: { type: "boolean" },
  check: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Runs the command; answers the exit code. */
export async function runFmt(args: string[], io: CliIo): Promise<number> {
  let parsed: ParsedOptions<typeof OPTIONS>;
  try {
    parsed = parseOptions(args, OPTIONS);
  } catch (error) {
    return usageError(io, "zap fmt", (error as Error).message);
  }
  const { values: { braces, indent, write, check, help }, positionals: files } = parsed;
  if (help) return io.stdout(USAGE), 0;
  if (braces && indent) {
    return usageError(io, "zap fmt", "--braces and --indent exclude each other");
  }
  if (write && check) return usageError(io, "zap fmt", "--write and --check exclude each other");
  if (files.length === 0) return usageError(io, "zap fmt", "no schema file given");
  const form = braces ? "braces" : indent ? "indent" : "keep";
  const mode = write ? "write" : check ? "check" : "print";
  let code = 0;
  for (const file of files) code = Math.max(code, await formatFile(file, form, mode, io));
  return code;
}

async function formatFile(
  file: string,
  form: SchemaForm,
  mode: "write" | "check" | "print",
  io: CliIo,
): Promise<number> {
  const text = await loadText(file, io);
  if (text === undefined) return 1;
  const formatted = reportProblems(io, () => formatSchema(text, { file, form }));
  if (formatted === undefined) return 1;
  if (mode === "print" || (mode === "write" && file === "-")) {
    io.stdout(formatted);
    return 0;
  }
  if (formatted === text) return 0;
  if (mode === "check") {
    io.stdout(`${file}\n`);
    return 1;
  }
  try {
    await io.writeFile(file, formatted, await io.fileMode(file));
  } catch (error) {
    io.stderr(`${file}: Cannot write schema: ${(error as Error).message}\n`);
    return 1;
  }
  return 0;
}
