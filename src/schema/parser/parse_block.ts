/** A declaration's body, in braces or by indentation. */

import { BUILT_IN_TYPES } from "../names.ts";
import type { Cursor } from "./cursor.ts";
import { quote } from "./problems.ts";
import { type Block, type Comments, NO_LINES } from "./syntax.ts";
import type { Token } from "./tokenizer.ts";

/** What a block of a certain declaration consists of. */
export interface BlockGrammar<Item extends Comments> {
  /** The declaration, as messages name it: `struct "Note"`. */
  readonly title: string;
  /** Reads one item. */
  item(c: Cursor, braces: boolean): Item;
}

/** Reads the body of the declaration whose keyword is `header`. */
export function parseBlock<Item extends Comments>(
  c: Cursor,
  header: Token,
  grammar: BlockGrammar<Item>,
  headBroken: boolean,
): Block<Item> {
  let broken = headBroken;
  if (!c.at("{") && !c.peek().first) {
    if (!broken) {
      c.attempt(() => c.unexpected(`"{" or the end of the line after ${grammar.title}`));
      broken = true;
    }
    while (!c.at("{") && !c.peek().first) c.take();
  }
  if (!c.at("{")) return parseIndented(c, header, grammar, broken);
  if (c.peek().first) {
    const message = `Expected "{" on the line of ${grammar.title}, found it on the next line`;
    c.problems.add("syntax", c.peek(), message);
  }
  return parseBraces(c, header, grammar, broken);
}

function parseBraces<Item extends Comments>(
  c: Cursor,
  header: Token,
  grammar: BlockGrammar<Item>,
  headBroken: boolean,
): Block<Item> {
  const open = c.take();
  const headComment = c.takeTrailing();
  const items: Item[] = [];
  let broken = headBroken;
  for (;;) {
    const leading = c.takeLeading();
    const next = c.peek();
    if (next.text === "}") {
      c.take();
      const tail = leading.at(-1) === "" ? leading.slice(0, -1) : leading;
      return { braces: true, items, broken, tail, headComment };
    }
    if (next.kind === "end" || startsDeclaration(c, header)) {
      const found = next.kind === "end"
        ? "the end of the file"
        : `${quote(`${next.text} ${c.peek(1).text}`)} in line ${next.line}`;
      c.problems.add(
        "unterminated",
        open,
        `Expected "}" at the end of ${grammar.title}, found ${found}`,
      );
      return { braces: true, items, broken: true, tail: NO_LINES, headComment };
    }
    const item = c.attempt(() => grammar.item(c, true));
    if (item) {
      addComments(c, item, leading);
      items.push(item);
    } else {
      broken = true;
      recover(c, next);
    }
  }
}

function parseIndented<Item extends Comments>(
  c: Cursor,
  header: Token,
  grammar: BlockGrammar<Item>,
  headBroken: boolean,
): Block<Item> {
  const headComment = c.takeTrailing();
  const items: Item[] = [];
  let broken = headBroken;
  while (c.peek().column > header.indent) {
    const next = c.peek();
    if (isHeader(c)) {
      const found = quote(`${next.text} ${c.peek(1).text}`);
      const message = `Expected an item of ${grammar.title}, found ${found}: ` +
        `a declaration begins no deeper than the one before`;
      c.problems.add("syntax", next, message);
      broken = true;
      break;
    }
    const leading = c.takeLeading();
    const item = c.attempt(() => grammar.item(c, false));
    if (!item) {
      broken = true;
      recover(c, next);
      continue;
    }
    if (!c.peek().first) {
      c.attempt(() => c.unexpected(`the end of the line after an item of ${grammar.title}`));
      broken = true;
      recover(c, c.peek());
    }
    addComments(c, item, leading);
    items.push(item);
  }
  const tail = c.takeTail(header.indent);
  return { braces: false, items, broken, tail, headComment };
}

/** Gives a node its comments; one in its midst moves above it. */
export function addComments(c: Cursor, node: Comments, leading: readonly string[]): void {
  const inside = c.takeInside();
  node.leading = inside.length > 0 ? [...leading, ...inside] : leading;
  node.trailing = c.takeTrailing();
}

/** Goes to the next line, or to the brace that closes the block, and at least past `start`. */
function recover(c: Cursor, start: Token): void {
  if (c.peek() === start && start.text !== "}") c.take();
  while (!c.peek().first && !c.at("}")) c.take();
  c.takeLeading();
}

/** Whether a declaration begins here, so that the brace before it must be missing. */
function startsDeclaration(c: Cursor, header: Token): boolean {
  const [first, second] = [c.peek(), c.peek(1)];
  if (second.kind !== "word") return false;
  if (first.text === "type") return c.peek(2).text === "=";
  if (first.text !== "struct" && first.text !== "interface") return false;
  const third = c.peek(2).text;
  // `struct Name` and then `@` is a field: in braces its offset may stand on the next line.
  return third === "{" ||
    (third !== "@" && first.first && first.column <= header.indent && isHeader(c));
}

/** Whether the line is exactly `struct Name` or `interface Name`, with or without `{`. */
function isHeader(c: Cursor): boolean {
  const [first, second] = [c.peek(), c.peek(1)];
  if (first.text !== "struct" && first.text !== "interface") return false;
  if (second.kind !== "word" || second.first) return false;
  const third = c.peek(2);
  return third.text === "{" || (third.first && !BUILT_IN_TYPES.includes(second.text));
}
