/**
 * Text to tokens, one at a time and in one pass. A token knows whether it begins its line and at
 * which column, which is all that the indented form needs; comments go to a list of their own.
 *
 * @module
 */

/** What a token is. `end` is the end of the file: it begins a line of indentation 0. */
export type TokenKind = "word" | "number" | "punctuation" | "invalid" | "end";

/** A token and where it stands. */
export interface Token {
  /** What it is. */
  readonly kind: TokenKind;
  /** Its characters. */
  readonly text: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1; 0 for the end. */
  readonly column: number;
  /** Index of its first character in the text. */
  readonly start: number;
  /** Column of its line's first token: the line's indentation. */
  readonly indent: number;
  /** Whether it is the first of its line. */
  readonly first: boolean;
  /** Whether a blank line stands between it and the token or comment before. */
  readonly blank: boolean;
}

/** A comment. */
export interface Comment {
  /** With its `#`, without spaces at the end. */
  readonly text: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
  /** Index of its `#` in the text. */
  readonly start: number;
  /** Whether nothing but spaces stands before it in its line. */
  readonly alone: boolean;
  /** Whether a blank line stands between it and the token or comment before. */
  readonly blank: boolean;
}

const INVALID = 0, SPACE = 1, LETTER = 2, DIGIT = 3, PUNCTUATION = 4, COMMENT = 5, NEWLINE = 6;

/** Class of each ASCII character; all others are invalid outside a comment. */
const CLASSES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === "\n") return NEWLINE;
  if (character === "#") return COMMENT;
  if (" \t\r".includes(character)) return SPACE;
  if ("{}()<>[]@=:,".includes(character)) return PUNCTUATION;
  if (/[A-Za-z_]/.test(character)) return LETTER;
  return /[0-9]/.test(character) ? DIGIT : INVALID;
});

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? CLASSES[code]! : INVALID;
}

/** Reads tokens from a text. A byte order mark at the start is skipped. */
export class Tokenizer {
  /** Comments met so far, in order. */
  readonly comments: Comment[] = [];
  readonly #text: string;
  #at: number;
  #line = 1;
  #lineStart: number;
  #indent = 1;
  /** Line of the last token or comment. */
  #lastLine = 1;

  /** Reads from the start of `text`. */
  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.#lineStart = this.#at;
  }

  /** The next token; at the end, `end` again and again. */
  next(): Token {
    const text = this.#text;
    let first = this.#at === this.#lineStart;
    for (;;) {
      if (this.#at >= text.length) return this.#end();
      const kind = classAt(text, this.#at);
      if (kind === SPACE) {
        this.#at++;
      } else if (kind === NEWLINE) {
        this.#line++;
        this.#lineStart = ++this.#at;
        first = true;
      } else if (kind === COMMENT) {
        this.#comment(first);
      } else {
        return this.#token(kind, first);
      }
    }
  }

  #end(): Token {
    const line = this.#line;
    const blank = line > this.#lastLine + 1;
    const start = this.#at;
    return { kind: "end", text: "", line, column: 0, indent: 0, start, first: true, blank };
  }

  #comment(alone: boolean): void {
    const start = this.#at;
    const newline = this.#text.indexOf("\n", start);
    this.#at = newline < 0 ? this.#text.length : newline;
    const text = this.#text.slice(start, this.#at).trimEnd();
    const column = start - this.#lineStart + 1;
    this.comments.push({ text, line: this.#line, column, start, alone, blank: this.#sawBlank() });
  }

  #token(kind: number, first: boolean): Token {
    const start = this.#at;
    const column = start - this.#lineStart + 1;
    if (first) this.#indent = column;
    this.#at = this.#endOf(kind, start);
    return {
      kind: kind === LETTER
        ? "word"
        : kind === DIGIT
        ? "number"
        : kind === PUNCTUATION
        ? "punctuation"
        : "invalid",
      text: this.#text.slice(start, this.#at),
      line: this.#line,
      column,
      indent: this.#indent,
      start,
      first,
      blank: this.#sawBlank(),
    };
  }

  /** Where the token that begins at `start` ends. */
  #endOf(kind: number, start: number): number {
    const text = this.#text;
    let at = start + 1;
    if (kind === PUNCTUATION) return at;
    if (kind === INVALID) {
      while (at < text.length && classAt(text, at) === INVALID) at++;
      return at;
    }
    for (; at < text.length; at++) {
      const next = classAt(text, at);
      if (next === LETTER || next === DIGIT) continue;
      // A dot belongs to the word if another part of the name follows it: `Echo.Req`.
      if (text.charCodeAt(at) !== 0x2e || classAt(text, at + 1) !== LETTER) break;
    }
    return at;
  }

  #sawBlank(): boolean {
    const blank = this.#line > this.#lastLine + 1;
    this.#lastLine = this.#line;
    return blank;
  }
}
