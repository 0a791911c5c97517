/** Pieces of TypeScript text. */

/** A doc comment of some lines of text, which end no comment. */
export function docComment(text: string, indent = ""): string {
  const lines = text.replaceAll("*/", "*\\/").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${
    lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")
  }\n${indent} */\n`;
}

/** `at`, or `at + 8`. */
export function place(offset: number): string {
  return offset === 0 ? "at" : `at + ${offset}`;
}

/** Longest line; a longer list is broken into one entry a line. */
const WIDTH = 100;

/** `head(entries)tail`, on one line if it fits. */
export function wrapped(
  indent: string,
  head: string,
  entries: readonly string[],
  tail: string,
): string {
  const line = `${indent}${head}(${entries.join(", ")})${tail}`;
  if (line.length <= WIDTH || entries.length === 0) return line;
  return `${indent}${head}(\n${
    entries.map((entry) => `${indent}  ${entry},\n`).join("")
  }${indent})${tail}`;
}

/** Parameters with a `_` before those that the body does not name. */
export function parameters(
  list: readonly (readonly [name: string, type: string])[],
  body: string,
): string[] {
  return list.map(([name, type]) => {
    const used = new RegExp(`(?<![.\\w$])${name}(?![\\w$])(?!:)`).test(body);
    return `${used ? name : `_${name}`}: ${type}`;
  });
}
