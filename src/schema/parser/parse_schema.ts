/** The `.zap` front end: text to the one model (spec: schema.md). */

import { assertKnownOptions } from "../../base/options.ts";
import type { Schema } from "../model.ts";
import { docOf } from "./comments.ts";
import { collectNames } from "./names_table.ts";
import { parseFile } from "./parse_file.ts";
import { ENOUGH, Problems, SchemaError, type SchemaProblem } from "./problems.ts";
import { resolveInterface } from "./resolve_interface.ts";
import { resolveStruct } from "./resolve_struct.ts";
import { TypeResolver } from "./resolve_type.ts";
import type { FileSyntax } from "./syntax.ts";

/** What a text turned out to be: a schema, or all that is wrong with it. */
export type SchemaCheck =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/**
 * Reads a `.zap` schema without throwing: for an editor or a linter, to which a bad schema is
 * ordinary.
 *
 * @param text The file's text. Any text is survived; time and memory are linear in its length.
 * @returns The schema, or every problem in order of position (at most 1,000).
 *
 * @example
 * ```ts
 * import { checkSchema } from "@zap-proto/edge";
 *
 * const check = checkSchema("package notes\nstruct Note\n  Id u65\n");
 * if (!check.ok) console.log(check.problems[0]!.line); // 3
 * ```
 */
export function checkSchema(text: string): SchemaCheck {
  const read = readSchema(text);
  return read.ok ? { ok: true, schema: read.schema } : read;
}

/** As `checkSchema`, with the text's own structure for the formatter. */
export function readSchema(
  text: string,
): SchemaCheck & ({ readonly ok: true; readonly syntax: FileSyntax } | { readonly ok: false }) {
  const problems = new Problems();
  try {
    const syntax = parseFile(text, problems);
    const types = new TypeResolver(collectNames(syntax, problems), problems);
    const schema = resolve(syntax, types, problems);
    if (problems.size === 0) return { ok: true, schema, syntax };
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return { ok: false, problems: problems.sorted() };
}

/**
 * Reads a `.zap` schema, in braces or by indentation.
 *
 * @param text The file's text.
 * @param options `file`: its name, for the messages; default `schema.zap`.
 * @returns The schema: names resolved, offsets assigned, limits checked.
 * @throws {SchemaError} If anything is wrong; it holds all problems.
 * @throws {TypeError} For an unknown option.
 *
 * @example
 * ```ts
 * import { parseSchema } from "@zap-proto/edge";
 *
 * const schema = parseSchema("package notes\nstruct Note\n  Id u64\n  Title text\n");
 * console.log(schema.structs[0]!.size); // 16
 * ```
 */
export function parseSchema(text: string, options?: { readonly file?: string }): Schema {
  assertKnownOptions(options, ["file"], "parseSchema");
  const check = checkSchema(text);
  if (check.ok) return check.schema;
  throw new SchemaError(options?.file ?? "schema.zap", check.problems);
}

function resolve(
  syntax: FileSyntax,
  types: TypeResolver,
  problems: Problems,
): Schema {
  const schema = {
    package: "",
    ...(syntax.version !== undefined && { version: syntax.version }),
    servers: syntax.servers,
    aliases: [] as Schema["aliases"][number][],
    structs: [] as Schema["structs"][number][],
    interfaces: [] as Schema["interfaces"][number][],
  };
  for (const declaration of syntax.declarations) {
    switch (declaration.kind) {
      case "package":
        schema.package = declaration.name.text;
        break;
      case "alias": {
        const type = types.alias(declaration);
        const doc = docOf(declaration.leading, declaration.trailing);
        if (type) {
          schema.aliases.push({
            name: declaration.name.text,
            type,
            ...(doc !== undefined && { doc }),
          });
        }
        break;
      }
      case "struct":
        schema.structs.push(resolveStruct(declaration, types, problems));
        break;
      case "interface":
        schema.interfaces.push(resolveInterface(declaration, types, problems));
    }
  }
  return schema;
}
