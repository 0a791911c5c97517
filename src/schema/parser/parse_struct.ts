import type { Cursor } from "./cursor.ts";
import { parseType } from "./parse_type.ts";
import { quote } from "./problems.ts";
import { type FieldSyntax, NO_LINES } from "./syntax.ts";

/** FIELD := NAME TYPE [`@` N]. In braces the offset is required. */
export function parseField(c: Cursor, braces: boolean): FieldSyntax {
  if (c.peek().kind !== "word") return c.unexpected("a field's name");
  const name = c.name("a field's name");
  // `Id` alone in its line must not take the next field's name as its type.
  if (c.peek().first && (!braces || c.peek(1).kind === "word")) {
    return c.fail(`the type of field ${quote(name.text)}`);
  }
  const type = parseType(c, "field", name.text);
  if (!braces && c.peek().first) return node(name, type, undefined);
  if (!c.at("@")) {
    const after = `after the type of field ${quote(name.text)}`;
    return braces
      ? c.fail(`"@" and an offset ${after} (only the indented form may leave it out)`)
      : c.unexpected(`"@" and an offset or the end of the line ${after}`);
  }
  c.take();
  return node(name, type, c.number("an offset", "field", name.text));
}

function node(
  name: FieldSyntax["name"],
  type: FieldSyntax["type"],
  offset: FieldSyntax["offset"],
): FieldSyntax {
  return { name, type, offset, leading: NO_LINES, trailing: undefined };
}
