/**
 * Where a text stops being JSON (RFC 8259): the offset of the first character that cannot stand
 * there. Runtimes' messages differ, and some name no position. Iterative, so depth is no matter.
 *
 * @param text What `JSON.parse` refused.
 * @returns The offset; `undefined` if it is JSON after all (it was refused for its depth).
 */
export function jsonErrorPosition(text: string): number | undefined {
  const closers: string[] = [];
  let at = 0;
  let expect: "value" | "key" | "comma" = "value";
  let isOpened = false;
  while (true) {
    at = skip(SPACE, text, at);
    const char = text[at];
    const closer = closers.at(-1);
    const mayClose = isOpened || expect === "comma";
    isOpened = false;
    if (mayClose && char !== undefined && char === closer) {
      at++;
      closers.pop();
      expect = "comma";
    } else if (expect === "comma") {
      if (closer === undefined) return at === text.length ? undefined : at;
      if (char !== ",") return at;
      at++;
      expect = closer === "}" ? "key" : "value";
    } else if (expect === "key") {
      if (char !== '"') return at;
      const end = skipString(text, at);
      if (end < 0) return ~end;
      at = skip(SPACE, text, end);
      if (text[at] !== ":") return at;
      at++;
      expect = "value";
    } else if (char === "{" || char === "[") {
      isOpened = true;
      closers.push(char === "{" ? "}" : "]");
      at++;
      expect = char === "{" ? "key" : "value";
    } else {
      const end = char === '"' ? skipString(text, at) : skip(SCALAR, text, at);
      if (end < 0) return ~end;
      if (end === at) return at;
      at = end;
      expect = "comma";
    }
  }
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? at : at + match[0].length;
}

/**
 * The offset after the string at `at`; below 0, the complement of the first character that cannot
 * stand in it. By hand, as a pattern that repeats alternatives runs out of stack on a long string.
 */
function skipString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code === 0x5c) {
      const end = skip(ESCAPE, text, i);
      if (end === i) return ~i;
      i = end - 1;
    } else if (code < 0x20) return ~i;
  }
  return ~text.length;
}
