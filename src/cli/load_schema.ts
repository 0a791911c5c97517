/** Schema files, for the commands that read them. */

import { parseSchema } from "../schema/parser/parse_schema.ts";
import { SchemaError } from "../schema/parser/problems.ts";
import type { Schema } from "../schema/model.ts";
import type { CliIo } from "./io.ts";

/** The text of a file; `undefined` after telling on standard error why it cannot be read. */
export async function loadText(path: string, io: CliIo): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await io.readFile(path));
  } catch (error) {
    const why = error instanceof TypeError ? "it is not UTF-8" : (error as Error).message;
    io.stderr(`${path}: Cannot read schema: ${why}\n`);
    return undefined;
  }
}

/** The schema of a file; `undefined` after telling on standard error all that is wrong with it. */
export async function loadSchema(path: string, io: CliIo): Promise<Schema | undefined> {
  const text = await loadText(path, io);
  return text === undefined
    ? undefined
    : reportProblems(io, () => parseSchema(text, { file: path }));
}

/** What `use` answers; `undefined` after telling on standard error of a bad schema. */
export function reportProblems<T>(io: CliIo, use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    io.stderr(`${error.message}\n`);
    return undefined;
  }
}
