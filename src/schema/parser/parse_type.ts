import { MAX_STRUCT_BYTES } from "../model.ts";
import type { Cursor } from "./cursor.ts";
import { quote } from "./problems.ts";
import type { TypeSyntax } from "./syntax.ts";

/** What is expected in a list: a list in a list has no layout (docs/design-codegen.md). */
export function elementsOf(role: string, name: string): string {
  return `elements of ${role} ${quote(name)} that are no lists (a struct may hold the inner list)`;
}

/**
 * TYPE := `list` `<` TYPE `>` | `bytes_fixed` `[` N `]` | NAME.
 *
 * @param role What has the type, and `name` its name, for the messages: `field`, `Id`.
 */
export function parseType(c: Cursor, role: string, name: string, nested = false): TypeSyntax {
  const token = c.peek();
  if (token.kind !== "word") return c.fail(`the type of ${role} ${quote(name)}`);
  const { line, column } = token;
  if (token.text === "list") {
    if (nested) return c.unexpected(elementsOf(role, name));
    c.take();
    c.expect("<", '"<" after "list" of', role, name);
    const of = parseType(c, role, name, true);
    c.expect(">", `">" after the elements' type of`, role, name);
    return { kind: "list", of, line, column };
  }
  if (token.text === "bytes_fixed") {
    c.take();
    c.expect("[", '"[" after "bytes_fixed" of', role, name);
    const size = c.number("a size", role, name);
    c.expect("]", '"]" after the size of', role, name);
    if (size.value >= 1 && size.value <= MAX_STRUCT_BYTES) {
      return { kind: "bytes_fixed", size: size.value, line, column };
    }
    const range = `a size of 1 to ${MAX_STRUCT_BYTES} bytes of ${role} ${quote(name)}`;
    c.problems.add("size", size, `Expected ${range}, found ${size.text}`);
    return { kind: "bytes_fixed", size: 1, line, column };
  }
  c.take();
  return { kind: "name", text: token.text, line, column };
}
