/** A struct's generated code: its types, its view class, its codec. */

import type { Struct, Type } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";
import { decoder } from "./ts_decode.ts";
import { encoder } from "./ts_encode.ts";
import { type FileNames, getterNames } from "./ts_names.ts";
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
  const { view } = names.struct(struct.name);
  const codec = names.use("codec");
  const getters = getterNames(struct);
  const doc = `A view of \`${view}\`; nothing is copied.`;
  const members = struct.fields.map((field) => {
    const comment = field.doc === undefined ? "" : docComment(field.doc, "  ");
    const body = viewStatements(names, field.type, field.offset);
    return `\n${comment}  get ${getters.get(field)!}(): ${
      viewType(names, field.type)
    } {\n    ${body}\n  }\n`;
  });
  return `${docComment(struct.doc === undefined ? doc : `${struct.doc}\n\n${doc}`)}` +
    `export class ${view} extends ${names.use("StructView")} {
  /** Checks the header and views the root. */
  static wrap(bytes: Uint8Array): ${view} {
    return new ${view}(${codec}.checked(bytes), ${codec}.rootOffset(bytes));
  }
${members.join("")}}
`;
}

function elementReader(names: FileNames, struct: Struct): string {
  const { view, element } = names.struct(struct.name);
  const codec = names.use("codec");
  return `const ${element}: ${codec}.Element<${view}> = /* @__PURE__ */ ${codec}.asStruct(${view});\n`;
}

/** Names of the structs that lists hold. */
export function elementsOf(structs: readonly Struct[]): ReadonlySet<string> {
  const nameOf = (type: Type): string[] =>
    type.kind === "list" && type.of.kind === "struct" ? [type.of.name] : [];
  return new Set(structs.flatMap(({ fields }) => fields.flatMap(({ type }) => nameOf(type))));
}
