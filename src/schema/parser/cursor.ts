/** The parser's place in the text: lookahead, expectations, problems, comments. */

import { type Problems, quote } from "./problems.ts";
import { type Name, NO_LINES, type NumberSyntax } from "./syntax.ts";
import { type Comment, type Token, Tokenizer } from "./tokenizer.ts";

/** Thrown to leave a production whose problem has been reported; never leaves the parser. */
export const GIVE_UP: unique symbol = Symbol("give up");

/** A place in a stream of tokens. */
export class Cursor {
  /** What went wrong so far. */
  readonly problems: Problems;
  readonly #tokenizer: Tokenizer;
  readonly #ahead: Token[] = [];
  #last: Token | undefined;
  /** The first comment that no node has taken. */
  #nextComment = 0;

  /** Starts at the beginning of `text`; reports to `problems`. */
  constructor(text: string, problems: Problems) {
    this.problems = problems;
    this.#tokenizer = new Tokenizer(text);
  }

  /** The token `n` places ahead; 0 is the next. */
  peek(n = 0): Token {
    while (this.#ahead.length <= n) this.#ahead.push(this.#tokenizer.next());
    return this.#ahead[n]!;
  }

  /** Takes the next token. */
  take(): Token {
    const token = this.peek();
    if (token.kind !== "end") {
      this.#ahead.shift();
      this.#last = token;
    }
    return token;
  }

  /** Whether the next token is this punctuation, or this word. */
  at(text: string): boolean {
    return this.peek().text === text;
  }

  /** Takes the next token if it is `text`. */
  skip(text: string): boolean {
    if (!this.at(text)) return false;
    this.take();
    return true;
  }

  /** Takes `text`, or reports that `what` was expected for what has this `role` and `name`. */
  expect(text: string, what: string, role: string, name: string): Token {
    return this.at(text) ? this.take() : this.fail(`${what} ${role} ${quote(name)}`);
  }

  /** Takes a name, or reports what was expected; a dot is allowed where `dots` says so. */
  name(what: string, dots = false): Name {
    const token = this.peek();
    if (token.kind !== "word") return this.fail(what);
    this.take();
    if (!dots && token.text.includes(".")) {
      this.problems.add(
        "syntax",
        token,
        `Expected ${what} without dots, found ${quote(token.text)}`,
      );
    }
    return { text: token.text, line: token.line, column: token.column };
  }

  /** Reports that `what` was expected instead of the next token, and gives the production up. */
  unexpected(what: string): never {
    const next = this.peek();
    const found = next.kind === "end" ? "the end of the file" : quote(next.text);
    const at = { line: next.line, column: Math.max(1, next.column) };
    this.problems.add("syntax", at, `Expected ${what}, found ${found}`);
    throw GIVE_UP;
  }

  /** Reports that `what` was expected after the last token, and gives the production up. */
  fail(what: string): never {
    const next = this.peek();
    const last = this.#last;
    if (last === undefined || !next.first) return this.unexpected(what);
    const at = { line: last.line, column: last.column + last.text.length };
    const found = next.kind === "end" ? "the end of the file" : "the end of the line";
    this.problems.add("syntax", at, `Expected ${what}, found ${found}`);
    throw GIVE_UP;
  }

  /** Runs a production; answers `undefined` if it gave up. */
  attempt<T>(production: () => T): T | undefined {
    try {
      return production();
    } catch (error) {
      if (error !== GIVE_UP) throw error;
      return undefined;
    }
  }

  /** The comment beside the last token, if no node has it. */
  takeTrailing(): string | undefined {
    const comment = this.#comment();
    if (!comment || comment.alone || comment.line !== this.#last?.line) return undefined;
    this.#nextComment++;
    return comment.text;
  }

  /** The comments before the last token that no node has: those in the midst of an item. */
  takeInside(): readonly string[] {
    if (!this.#comment()) return NO_LINES;
    const lines: string[] = [];
    const end = this.#last?.start ?? 0;
    for (let comment = this.#comment(); comment && comment.start < end; comment = this.#comment()) {
      lines.push(comment.text);
      this.#nextComment++;
    }
    return lines;
  }

  /** The comments before the next token, and `""` for each run of blank lines. */
  takeLeading(): readonly string[] {
    if (!this.peek().blank && !this.#comment()) return NO_LINES;
    const lines: string[] = [];
    for (let comment = this.#comment(); comment; comment = this.#comment()) {
      if (comment.blank) lines.push("");
      lines.push(comment.text);
      this.#nextComment++;
    }
    if (this.peek().blank) lines.push("");
    return lines;
  }

  /** The comments before the next token that are indented deeper than `indent`. */
  takeTail(indent: number): string[] {
    const lines: string[] = [];
    for (let comment = this.#comment(); comment; comment = this.#comment()) {
      if (comment.column <= indent) break;
      if (comment.blank) lines.push("");
      lines.push(comment.text);
      this.#nextComment++;
    }
    return lines;
  }

  /** The next comment that stands before the next token. */
  #comment(): Comment | undefined {
    const before = this.peek().start;
    const comment = this.#tokenizer.comments[this.#nextComment];
    return comment && comment.start < before ? comment : undefined;
  }

  /** All comments so far. */
  comments(): string[] {
    return this.#tokenizer.comments.map(({ text }) => text);
  }

  /** Reads a size or an offset: a decimal number. */
  number(what: string, role: string, name: string): NumberSyntax {
    const token = this.peek();
    if (token.kind !== "number" || !/^[0-9]+$/.test(token.text)) {
      return this.fail(`${what}, a decimal number, of ${role} ${quote(name)}`);
    }
    this.take();
    const { text, line, column } = token;
    return { value: Number(text), text, line, column };
  }
}
