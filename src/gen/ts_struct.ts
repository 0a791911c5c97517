/** A struct's generated code: its types, its view class, its codec. */

import type { Struct, Type } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";
import { isViewMember } from "../schema/view.ts";
import { decoder } from "./ts_decode.ts";
import { encoder } from "./ts_encode.ts";
import type { FileNames } from "./ts_names.ts";
import { docComment } from "./ts_text.ts";
import { valueType, viewStatements, viewType } from "./ts_types.ts";

/** All that is generated for a struct. `isElement`: some list holds it. */
export function structCode(names: FileNames, struct: Struct, isElement: boolean): string {
  return [
    types(names, struct),
    viewClass(names, struct),
    ...(isElement ? [elementReader(names, struct)] : []),
    encoder(names, struct),
    decoder(names, struct),
  ].join("\n");
}

function types(names: FileNames, struct: Struct): string {
  const { input, value, create, decode } = names.struct(struct.name);
  const members = (of: "input" | "value"): string =>
    struct.fields.map(({ name, type, doc }) =>
      (doc === undefined ? "" : docComment(doc, "  ")) +
      `  ${of === "input" ? "readonly " : ""}${lowerFirst(name)}: ${valueType(names, type, of)};\n`
    ).join("");
  return `/** What \`${create}\` takes. */
export interface ${input} {
${members("input")}}

/** What \`${decode}\` gives. */
export interface ${value} {
${members("value")}}
`;
}

function viewClass(names: FileNames, struct: Struct): string {
  const { view, base } = names.struct(struct.name);
  const codec = names.use("codec");
  const own = names.use("StructView");
  const shadowed = new Set(
    struct.fields.map(({ name }) => lowerFirst(name)).filter(isViewMember),
  );
  const doc = `A view of \`${view}\`; nothing is copied.`;
  const members = struct.fields.map(({ name, type, offset, doc }) => {
    const comment = doc === undefined ? "" : docComment(doc, "  ");
    const body = viewStatements(names, type, offset, shadowed);
    return `\n${comment}  ${getter(lowerFirst(name))}(): ${
      viewType(names, type)
    } {\n    ${body}\n  }\n`;
  });
  const without = shadowed.size === 0 ? "" : baseOf(base, codec, own, [...shadowed]);
  return `${without}${docComment(struct.doc === undefined ? doc : `${struct.doc}\n\n${doc}`)}` +
    `export class ${view} extends ${without === "" ? own : base} {
  /** Checks the header and views the root. */
  static wrap(bytes: Uint8Array): ${view} {
    return new ${view}(${names.primitive("checked")}(bytes), ${
      names.primitive("rootOffset")
    }(bytes));
  }
${members.join("")}}
`;
}

/** `StructView`, but for the members in whose place fields stand. */
function baseOf(
  base: string,
  codec: string,
  structView: string,
  shadowed: readonly string[],
): string {
  const keys = shadowed.map((key) => JSON.stringify(key)).join(" | ");
  const line = `const ${base}: ${codec}.ViewWithout<${keys}> = ${structView};\n\n`;
  return line.length <= 102
    ? line
    : `const ${base}: ${codec}.ViewWithout<\n${
      shadowed.map((key) => `  | ${JSON.stringify(key)}\n`).join("")
    }> = ${structView};\n\n`;
}

/** What TypeScript knows every object to have. */
const OBJECT_MEMBERS: readonly string[] = [
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
];

function getter(property: string): string {
  // A class keeps the plain word `constructor`; in brackets it is a name like any other.
  const name = property === "constructor" ? '["constructor"]' : property;
  return `${OBJECT_MEMBERS.includes(property) ? "override " : ""}get ${name}`;
}

function elementReader(names: FileNames, struct: Struct): string {
  const { view, element } = names.struct(struct.name);
  const codec = names.use("codec");
  return `const ${element}: ${codec}.Element<${view}> = /* @__PURE__ */ ${
    names.primitive("asStruct")
  }(${view});\n`;
}

/** Names of the structs that lists hold. */
export function elementsOf(structs: readonly Struct[]): ReadonlySet<string> {
  const nameOf = (type: Type): string[] =>
    type.kind === "list" && type.of.kind === "struct" ? [type.of.name] : [];
  return new Set(structs.flatMap(({ fields }) => fields.flatMap(({ type }) => nameOf(type))));
}
