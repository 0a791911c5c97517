/** `zap fmt`: a schema's text in one style, in braces or by indentation. */

import { assertKnownOptions } from "../base/options.ts";
import type { Struct } from "./model.ts";
import { readSchema } from "./parser/parse_schema.ts";
import { SchemaError } from "./parser/problems.ts";
import {
  type Declaration,
  type FieldSyntax,
  type MethodSyntax,
  type ParamSyntax,
  typeText,
} from "./parser/syntax.ts";

/** How bodies are written; `keep`: each as it is. */
export type SchemaForm = "braces" | "indent" | "keep";

const FORMS: readonly string[] = ["braces", "indent", "keep"] satisfies SchemaForm[];

/** A line of a body: its columns, and the comment beside it. */
interface Row {
  readonly columns: readonly string[];
  readonly comment: string | undefined;
}

/**
 * Formats a `.zap` schema. Comments are kept, runs of blank lines become one, columns are aligned;
 * formatting twice gives the same text.
 *
 * @param text The file's text.
 * @param options `form`: how bodies are written, default `keep`; `file`: its name, for messages.
 * @returns The formatted text. It means the same schema, docs included.
 * @throws {SchemaError} If the schema is bad; it holds all problems.
 * @throws {TypeError} For an unknown option or form.
 *
 * @example
 * ```ts
 * import { formatSchema } from "@zap-proto/edge";
 *
 * const text = formatSchema("package notes\nstruct Note\n  Id u64\n", { form: "braces" });
 * console.log(text);
 * // package notes
 * //
 * // struct Note {
 * //   Id u64 @0
 * // }
 * ```
 */
export function formatSchema(
  text: string,
  options?: { readonly form?: SchemaForm; readonly file?: string },
): string {
  assertKnownOptions(options, ["form", "file"], "formatSchema");
  const form = options?.form ?? "keep";
  if (!FORMS.includes(form)) {
    throw new TypeError(`Cannot format schema: form "${form}" is none of ${FORMS.join(", ")}`);
  }
  const check = readSchema(text);
  if (!check.ok) throw new SchemaError(options?.file ?? "schema.zap", check.problems);
  const structs = new Map(check.schema.structs.map((struct) => [struct.name, struct]));
  const lines: string[] = [];
  let last: Declaration | undefined;
  for (const declaration of check.syntax.declarations) {
    const apart = last?.kind !== "alias" || declaration.kind !== "alias";
    pushLines(lines, apart ? ["", ...declaration.leading] : declaration.leading, "");
    for (const line of declarationLines(declaration, structs, form)) lines.push(line);
    last = declaration;
  }
  pushLines(lines, check.syntax.tail, "");
  return lines.join("\n") + "\n";
}

/** Appends comment and blank lines; no two blank lines in a row, and none at the start. */
function pushLines(lines: string[], added: readonly string[], indent: string): void {
  for (const line of added) {
    if (line !== "") lines.push(indent + line);
    else if (lines.length > 0 && lines.at(-1) !== "") lines.push("");
  }
}

function declarationLines(
  declaration: Declaration,
  structs: ReadonlyMap<string, Struct>,
  form: SchemaForm,
): string[] {
  const { kind, name, trailing } = declaration;
  if (kind === "package") return [beside(`package ${name.text}`, trailing)];
  if (kind === "alias") {
    return [beside(`type ${name.text} = ${typeText(declaration.type)}`, trailing)];
  }
  const { body } = declaration;
  const braces = form === "keep" ? body.braces : form === "braces";
  const head = beside(`${kind} ${name.text}${braces ? " {" : ""}`, body.headComment);
  const rows = kind === "struct"
    ? fieldRows(declaration.body.items, structs.get(name.text)!, braces)
    : methodRows(declaration.body.items);
  const lines: string[] = [];
  alignRows(rows).forEach((line, i) => {
    pushLines(lines, body.items[i]!.leading, "  ");
    lines.push(line);
  });
  pushLines(lines, body.tail, "  ");
  if (braces) return [head, ...lines, beside("}", trailing)];
  return trailing === undefined ? [head, ...lines] : [head, ...lines, "  " + trailing];
}

function beside(line: string, comment: string | undefined): string {
  return comment === undefined ? line : `${line}  ${comment}`;
}

/**
 * Longest text that others are padded to: one long name must not make every line as long, which would
 * square the size of a hostile file.
 */
const MAX_PADDING = 100;

/** The rows with their columns aligned; the last column is not padded. */
function alignRows(rows: readonly Row[]): string[] {
  const widest = (texts: readonly string[]): number =>
    texts.reduce((width, { length }) => length > MAX_PADDING ? width : Math.max(width, length), 0);
  const widths = rows.length === 0
    ? []
    : rows[0]!.columns.map((_, i) => widest(rows.map(({ columns }) => columns[i]!)));
  const lines = rows.map(({ columns }) =>
    "  " + columns.map((text, i) => text.padEnd(widths[i]!)).join(" ").trimEnd()
  );
  const edge = rows.some(({ comment }) => comment !== undefined) ? widest(lines) : 0;
  return lines.map((line, i) => beside(line.padEnd(rows[i]!.comment ? edge : 0), rows[i]!.comment));
}

function fieldRows(items: readonly FieldSyntax[], struct: Struct, braces: boolean): Row[] {
  return items.map((item, i) => {
    const offset = item.offset || braces ? `@${struct.fields[i]!.offset}` : "";
    return { columns: [item.name.text, typeText(item.type), offset], comment: item.trailing };
  });
}

function methodRows(methods: readonly MethodSyntax[]): Row[] {
  return methods.map(({ name, param, result, trailing }, i) => {
    // Without the empty clause, a method named "returns" would be read as this one's clause.
    const answers = result || methods[i + 1]?.name.text === "returns";
    const clause = answers ? ` returns (${paramText(result)})` : "";
    return { columns: [`${name.text}(${paramText(param)})${clause}`], comment: trailing };
  });
}

function paramText(param: ParamSyntax | undefined): string {
  return param ? `${param.name.text}: ${param.type.text}` : "";
}
