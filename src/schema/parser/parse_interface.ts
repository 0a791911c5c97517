import type { Cursor } from "./cursor.ts";
import { parseType } from "./parse_type.ts";
import { quote } from "./problems.ts";
import { type MethodSyntax, NO_LINES, type ParamSyntax, typeText } from "./syntax.ts";

/** METHOD := NAME PARAMS [`returns` PARAMS]. */
export function parseMethod(c: Cursor, braces: boolean): MethodSyntax {
  const first = c.peek();
  if (first.kind !== "word") return c.unexpected("a method's name");
  const name = c.name("a method's name");
  const param = parseParams(c, "parameter", name.text);
  const next = c.peek();
  const continues = !next.first || braces || next.column > first.column;
  const answers = next.text === "returns" && continues;
  if (answers) c.take();
  const result = answers ? parseParams(c, "result", name.text) : undefined;
  return { name, param, result, leading: NO_LINES, trailing: undefined };
}

/** PARAMS := `(` [NAME `:` STRUCT] `)`. */
function parseParams(
  c: Cursor,
  what: "parameter" | "result",
  method: string,
): ParamSyntax | undefined {
  const before = what === "parameter" ? "the name" : '"returns"';
  c.expect("(", `"(" after ${before} of`, "method", method);
  if (c.skip(")")) return undefined;
  const of = `of method ${quote(method)}`;
  if (c.peek().kind !== "word") return c.fail(`")" or the name of a ${what} ${of}`);
  const name = c.name(`the name of the ${what} ${of}`);
  const role = `${what} ${quote(name.text)} of method`;
  c.expect(":", '":" and a struct after', role, method);
  const type = parseType(c, role, method);
  if (c.at(",")) {
    const message = `Expected at most one ${what} ${of}, found "," and another one`;
    c.problems.add("syntax", c.peek(), message);
    while (!c.at(")") && !c.peek().first) c.take();
  }
  c.expect(")", '")" after the type of', role, method);
  if (type.kind === "name") return { name, type };
  const found = quote(typeText(type));
  const message = `Expected a struct as type of ${role} ${quote(method)}, found ${found}`;
  c.problems.add("not_a_struct", type, message);
  return undefined;
}
