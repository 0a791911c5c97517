/** The reading half of a struct's generated code. */

import { slotWidth, type Struct } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";
import type { FileNames } from "./ts_names.ts";
import { parameters, wrapped } from "./ts_text.ts";
import { readExpression } from "./ts_types.ts";

/** From this many texts on, an object's are read by one call; with fewer that gains nothing. */
const RUN_TEXTS = 3;

/** `slots…`, `texts…`, `fields…`, `read…` and `decode…` of a struct. */
export function decoder(names: FileNames, struct: Struct): string {
  const { view, value, slots, texts, fields, read, decode } = names.struct(struct.name);
  const codec = names.use("codec");
  const layout = struct.fields.flatMap(({ offset, type }) => [offset, slotWidth(type)]);
  const entries = struct.fields.map(({ name, type, offset }) =>
    `    ${lowerFirst(name)}: ${readExpression(names, type, offset)},\n`
  );
  const offsets = struct.fields.filter(({ type }) => type.kind === "text")
    .map(({ offset }) => offset);
  const runs = offsets.length >= RUN_TEXTS;
  const runTable =
    `// The size of the fixed section; then the offset of each text, the last one first.
const ${texts}: readonly number[] = [${[struct.size, ...offsets.toReversed()].join(", ")}];

`;
  const open = runs ? `  ${names.primitive("openTexts")}(bytes, view, end, at, ${texts});\n` : "";
  const body = `${open}  return {\n${entries.join("")}  };\n`;
  const list = parameters([
    ["bytes", "Uint8Array"],
    ["view", "DataView"],
    ["base", "number"],
    ["end", "number"],
    ["at", "number"],
  ], open + entries.map((entry) => entry.slice(entry.indexOf(": "))).join(""));
  return `// The size of the fixed section; then the offset and width of each slot.
const ${slots}: readonly number[] = [${[struct.size, ...layout].join(", ")}];

${runs ? runTable : ""}${wrapped("", `function ${fields}`, list, `: ${value} {`)}
${body}}

const ${read}: ${codec}.ReadStruct<${value}> = (bytes, view, base, end, at) =>
  at !== 0 && at + ${struct.size} <= end
    ? ${fields}(bytes, view, base, end, at)
    : ${names.primitive("getShort")}(bytes, base, end, at, ${slots}, ${fields});

/** Reads a whole \`${view}\`. */
export function ${decode}(bytes: Uint8Array): ${value} {
  return ${names.primitive("decode")}(bytes, ${read});
}
`;
}
