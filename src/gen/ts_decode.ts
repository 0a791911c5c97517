/** The reading half of a struct's generated code. */

import { slotWidth, type Struct } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";
import type { FileNames } from "./ts_names.ts";
import { parameters, wrapped } from "./ts_text.ts";
import { readExpression } from "./ts_types.ts";

/** `slots…`, `fields…`, `read…` and `decode…` of a struct. */
export function decoder(names: FileNames, struct: Struct): string {
  const { view, value, slots, fields, read, decode } = names.struct(struct.name);
  const codec = names.use("codec");
  const layout = struct.fields.flatMap(({ offset, type }) => [offset, slotWidth(type)]);
  const entries = struct.fields.map(({ name, type, offset }) =>
    `    ${lowerFirst(name)}: ${readExpression(names, type, offset)},\n`
  );
  const body = `  return {\n${entries.join("")}  };\n`;
  const list = parameters([
    ["bytes", "Uint8Array"],
    ["base", "number"],
    ["end", "number"],
    ["at", "number"],
  ], entries.map((entry) => entry.slice(entry.indexOf(": "))).join(""));
  return `// The size of the fixed section; then the offset and width of each slot.
const ${slots}: readonly number[] = [${[struct.size, ...layout].join(", ")}];

${wrapped("", `function ${fields}`, list, `: ${value} {`)}
${body}}

const ${read}: ${codec}.ReadStruct<${value}> = (bytes, base, end, at) =>
  at !== 0 && at + ${struct.size} <= end
    ? ${fields}(bytes, base, end, at)
    : ${codec}.getShort(bytes, base, end, at, ${slots}, ${fields});

/** Reads a whole \`${view}\`. */
export function ${decode}(bytes: Uint8Array): ${value} {
  return ${codec}.decode(bytes, ${read});
}
`;
}
