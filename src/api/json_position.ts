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
  let expect: "value" | "valueOrEnd" | "key" | "keyOrEnd" | "commaOrEnd" = "value";
  while (true) {
    at = skip(SPACE, text, at);
    const char = text[at];
    if (expect === "commaOrEnd") {
      if (closers.length === 0) return at === text.length ? undefined : at;
      if (char === ",") {
        at++;
        expect = closers.at(-1) === "}" ? "key" : "value";
      } else if (char === closers.at(-1)) {
        at++;
        closers.pop();
      } else return at;
      continue;
    }
    if (
      (expect === "valueOrEnd" || expect === "keyOrEnd") &&
      char === closers.at(-1)
    ) {
      at++;
      closers.pop();
      expect = "commaOrEnd";
    } else if (expect === "key" || expect === "keyOrEnd") {
      if (char !== '"') return at;
      const end = skip(STRING, text, at);
      if (end === at) return badString(text, at);
      at = skip(SPACE, text, end);
      if (text[at] !== ":") return at;
      at++;
      expect = "value";
    } else if (char === "{" || char === "[") {
      closers.push(char === "{" ? "}" : "]");
      at++;
      expect = char === "{" ? "keyOrEnd" : "valueOrEnd";
    } else {
      const end = skip(char === '"' ? STRING : SCALAR, text, at);
      if (end === at) return char === '"' ? badString(text, at) : at;
      at = end;
      expect = "commaOrEnd";
    }
  }
}

const SPACE = /[ \t\n\r]*/y;
// deno-lint-ignore no-control-regex -- JSON strings have no control characters
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
// deno-lint-ignore no-control-regex -- as above
const STRING_START = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? at : at + match[0].length;
}

function badString(text: string, at: number): number {
  return skip(STRING_START, text, at);
}
