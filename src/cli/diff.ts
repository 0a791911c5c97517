/**
 * `zap diff`: whether a new schema breaks programs that use the old one.
 *
 * @module
 */

import { diffSchemas, isBreaking, type SchemaChange } from "../schema/diff.ts";
import type { CliIo } from "./io.ts";
import { loadSchema } from "./load_schema.ts";
import { type ParsedOptions, parseOptions } from "./parse_options.ts";
import { usageError } from "./usage.ts";

const USAGE = `Usage: zap diff [--json] OLD.zap NEW.zap

Prints what changed between two schemas, and whom each change breaks: readers
with the old schema of what new programs write, readers with the new schema of
what old programs wrote, and likewise clients.

  --json      print { "breaking", "changes" } as JSON; each change has
              "where", "what", "breaks", and "why" where there is more to say
  -h, --help  print this

Exit codes: 0 nothing breaks, 1 something does, or bad schema or file, 2 wrong
usage.
`;

const OPTIONS = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

/** Runs the command; answers the exit code. */
export async function runDiff(args: string[], io: CliIo): Promise<number> {
  let parsed: ParsedOptions<typeof OPTIONS>;
  try {
    parsed = parseOptions(args, OPTIONS);
  } catch (error) {
    return usageError(io, "zap diff", (error as Error).message);
  }
  if (parsed.values.help) return io.stdout(USAGE), 0;
  const [before, after, more] = parsed.positionals;
  if (before === undefined || after === undefined || more !== undefined) {
    const found = parsed.positionals.length;
    return usageError(io, "zap diff", `expected two schema files, found ${found}`);
  }
  const [old, next] = [await loadSchema(before, io), await loadSchema(after, io)];
  if (!old || !next) return 1;
  const changes = diffSchemas(old, next);
  const breaking = isBreaking(changes);
  if (parsed.values.json) {
    io.stdout(`${JSON.stringify({ breaking, changes }, null, 2)}\n`);
  } else if (changes.length === 0) {
    io.stdout("No changes\n");
  } else {
    for (const change of changes) io.stdout(`${describe(change)}\n`);
  }
  return breaking ? 1 : 0;
}

/** One line: `BREAKS  Note.Title: type text became u64, breaks old readers and new readers`. */
function describe({ where, what, breaks, why }: SchemaChange): string {
  const whom = breaks.length > 0 ? ` breaks ${breaks.join(" and ")}` : "";
  const because = why === undefined ? "" : `: ${why}`;
  return `${breaks.length > 0 ? "BREAKS" : "ok    "}  ${where}: ${what}${
    whom && `,${whom}`
  }${because}`;
}
