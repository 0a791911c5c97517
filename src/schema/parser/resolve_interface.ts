/** An interface's methods: ordinals and the structs they take and answer. */

import type { Interface, Method, Param } from "../model.ts";
import { kebab, lowerFirst } from "../names.ts";
import { docOf } from "./comments.ts";
import { refusePathless, refuseProto, title, Unique } from "./names_table.ts";
import { type Problems, quote } from "./problems.ts";
import type { TypeResolver } from "./resolve_type.ts";
import type { InterfaceSyntax, ParamSyntax } from "./syntax.ts";

/** The interface that is meant, as far as it could be read. */
export function resolveInterface(
  declaration: InterfaceSyntax,
  types: TypeResolver,
  problems: Problems,
): Interface {
  const owner = ` of ${title(declaration)}`;
  const names = new Unique(problems, lowerFirst, "generated name", "method", owner);
  const paths = new Unique(problems, kebab, "path", "method", owner);
  const methods = declaration.body.items.map((syntax, index): Method => {
    if (names.add(syntax.name)) paths.add(syntax.name);
    const method = syntax.name.text;
    if (method === "__proto__") refuseProto("method", syntax.name, problems);
    refusePathless("method", syntax.name, problems);
    const param = syntax.param && resolveParam(syntax.param, "parameter", method, types, problems);
    const result = syntax.result && resolveParam(syntax.result, "result", method, types, problems);
    const doc = docOf(syntax.leading);
    return {
      name: syntax.name.text,
      ordinal: index + 1,
      ...(param && { param }),
      ...(result && { result }),
      ...(doc !== undefined && { doc }),
    };
  });
  const doc = docOf(declaration.leading);
  return { name: declaration.name.text, methods, ...(doc !== undefined && { doc }) };
}

function resolveParam(
  syntax: ParamSyntax,
  what: string,
  method: string,
  types: TypeResolver,
  problems: Problems,
): Param | undefined {
  const role = `${what} ${quote(syntax.name.text)} of method`;
  const type = types.resolve({ kind: "name", ...syntax.type }, role, method);
  if (type?.kind === "struct") return { name: syntax.name.text, struct: type.name };
  if (type) {
    const found = quote(syntax.type.text);
    const message = `Expected a struct as type of ${role} ${quote(method)}, found ${found}`;
    problems.add("not_a_struct", syntax.type, message);
  }
  return undefined;
}
