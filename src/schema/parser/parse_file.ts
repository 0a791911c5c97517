/** The whole grammar: text to syntax, with every problem of form reported. */

import { directiveOf } from "./comments.ts";
import { Cursor } from "./cursor.ts";
import { addComments, parseBlock } from "./parse_block.ts";
import { parseMethod } from "./parse_interface.ts";
import { parseField } from "./parse_struct.ts";
import { parseType } from "./parse_type.ts";
import { type Problems, quote } from "./problems.ts";
import { type Declaration, type FileSyntax, type Name, NO_LINES } from "./syntax.ts";
import type { Token } from "./tokenizer.ts";

const KEYWORDS = ["package", "type", "struct", "interface"];

/** Reads a file. What could not be read is missing from the answer, and is added to the problems. */
export function parseFile(text: string, problems: Problems): FileSyntax {
  const c = new Cursor(text, problems);
  const declarations: Declaration[] = [];
  let tail = NO_LINES;
  let atStart = true;
  for (;;) {
    const leading = c.takeLeading();
    const token = c.peek();
    if (atStart && token.text !== "package") {
      c.attempt(() => c.unexpected('"package NAME" first'));
      if (!KEYWORDS.includes(token.text)) recover(c, token);
    }
    if (token.kind === "end") {
      tail = leading.at(-1) === "" ? leading.slice(0, -1) : leading;
      break;
    }
    if (!atStart || KEYWORDS.includes(token.text)) {
      const declaration = c.attempt(() => parseDeclaration(c, token));
      if (declaration) {
        addComments(c, declaration, leading);
        declarations.push(declaration);
      } else {
        recover(c, token);
      }
    }
    atStart = false;
  }
  // Wherever they stand: the formatter moves a comment in the midst of an item to a line of its own.
  const directives = c.comments().map(directiveOf).filter((found) => found !== undefined);
  const version = directives.findLast(({ key }) => key === "version")?.value;
  const servers = directives.filter(({ key }) => key === "server").map(({ value }) => value);
  return { declarations, tail, servers, version };
}

function parseDeclaration(c: Cursor, keyword: Token): Declaration {
  switch (keyword.text) {
    case "package": {
      c.take();
      const name = nameAfter(c, "package");
      endOfLine(c, `package ${quote(name.text)}`);
      return { kind: "package", name, leading: NO_LINES, trailing: undefined };
    }
    case "type": {
      c.take();
      const name = nameAfter(c, "type");
      c.expect("=", '"=" after the name of', "alias", name.text);
      if (c.peek().first) return c.fail(`the type of alias ${quote(name.text)}`);
      const type = parseType(c, "alias", name.text);
      endOfLine(c, `alias ${quote(name.text)}`);
      return { kind: "alias", name, type, leading: NO_LINES, trailing: undefined };
    }
    case "struct": {
      const name = headName(c, "struct");
      const grammar = { title: `struct ${quote(name.text)}`, item: parseField };
      const body = parseBlock(c, keyword, grammar, name.text === "");
      return { kind: "struct", name, body, leading: NO_LINES, trailing: undefined };
    }
    case "interface": {
      const name = headName(c, "interface");
      const grammar = { title: `interface ${quote(name.text)}`, item: parseMethod };
      const body = parseBlock(c, keyword, grammar, name.text === "");
      return { kind: "interface", name, body, leading: NO_LINES, trailing: undefined };
    }
    default:
      return c.unexpected('"struct", "interface" or "type"');
  }
}

/** The name after a keyword, in its line. */
function nameAfter(c: Cursor, keyword: string): Name {
  const what = `a name after "${keyword}"`;
  return c.peek().first ? c.fail(what) : c.name(what, true);
}

/** The name of a struct or interface; empty if there is none, so that the body is still read. */
function headName(c: Cursor, keyword: string): Name {
  const { line, column } = c.take();
  return c.attempt(() => nameAfter(c, keyword)) ?? { text: "", line, column };
}

/** A declaration without a body ends with its line, or where another one begins. */
function endOfLine(c: Cursor, what: string): void {
  if (c.peek().first || KEYWORDS.includes(c.peek().text)) return;
  c.attempt(() => c.unexpected(`the end of the line after ${what}`));
  while (!c.peek().first) c.take();
}

/** Goes to the next line that begins a declaration, and at least past `start`. */
function recover(c: Cursor, start: Token): void {
  if (c.peek() === start) c.take();
  while (c.peek().kind !== "end" && !(c.peek().first && KEYWORDS.includes(c.peek().text))) c.take();
}
