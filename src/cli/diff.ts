/**
 * `zap diff`: whether a new schema breaks programs that use the old one.
 *
 * @module
 */

import { diffSchemas, isBreaking, type SchemaChange } from "../schema/diff.ts";
import type { CliIo } from "./io.ts";
import { loadSchema } from "./load_schema.ts";
import { usageError } from "./usage.ts";

const USAGE = `Usage: zap diff OLD.zap NEW.zap

Prints what changed between two schemas, and whom each change breaks: readers with the old schema of
what new programs write, readers with the new schema of what old programs wrote, and likewise clients.

  -h, --help  print this

Exit codes: 0 nothing breaks, 1 something does, or bad schema or file, 2 wrong usage.
`;

/** Runs the command; answers the exit code. */
export async function runDiff(args: string[], io: CliIo): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    io.stdout(USAGE);
    return 0;
  }
  const option = args.find((word) => word.startsWith("-"));
  if (option !== undefined) return usageError(io, "zap diff", `unknown option ${option}`);
  const [before, after, more] = args;
  if (before === undefined || after === undefined || more !== undefined) {
    return usageError(io, "zap diff", `expected two schema files, found ${args.length}`);
  }
  const [old, next] = [await loadSchema(before, io), await loadSchema(after, io)];
  if (!old || !next) return 1;
  const changes = diffSchemas(old, next);
  if (changes.length === 0) io.stdout("No changes\n");
  for (const change of changes) io.stdout(`${describe(change)}\n`);
  return isBreaking(changes) ? 1 : 0;
}

/** One line: `BREAKS  Note.Title: type text became u64, breaks old readers and new readers`. */
function describe({ where, what, breaks, why }: SchemaChange): string {
  const whom = breaks.length > 0 ? ` breaks ${breaks.join(" and ")}` : "";
  const because = why === undefined ? "" : `: ${why}`;
  return `${breaks.length > 0 ? "BREAKS" : "ok    "}  ${where}: ${what}${
    whom && `,${whom}`
  }${because}`;
}
