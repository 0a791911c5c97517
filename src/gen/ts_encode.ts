/** The writing half of a struct's generated code. */

import { type Field, slotWidth, type Struct, type Type } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";
import type { FileNames } from "./ts_names.ts";
import { parameters, place, wrapped } from "./ts_text.ts";
import { scalarOf } from "./ts_types.ts";

/** `bound…`, `put…`, `write…`, `new…` and `encode…Into` of a struct. */
export function encoder(names: FileNames, struct: Struct): string {
  const { view, input, bound, put, write, create, encodeInto } = names.struct(struct.name);
  const codec = names.use("codec");
  return `${boundFunction(names, struct)}
${putFunction(names, struct)}
const ${write}: ${codec}.WriteMessage<${input}> = (bytes, view, base, value) => {
  const end = ${put}(bytes, view, base, base + 16, value);
  ${names.primitive("putHeader")}(view, base, end);
  return end;
};

/** Encodes \`${view}\`. */
export function ${create}(value: ${input}): Uint8Array {
  return ${names.primitive("encode")}(16 + ${bound}(value), ${write}, value);
}

/** Encodes \`${view}\` into \`buffer\` at \`offset\`; answers the number of bytes. */
export function ${encodeInto}(value: ${input}, buffer: Uint8Array, offset = 0): number {
  return ${names.primitive("encodeInto")}(16 + ${bound}(value), ${write}, value, buffer, offset);
}
`;
}

function boundFunction(names: FileNames, struct: Struct): string {
  const { bound, input } = names.struct(struct.name);
  let constant = 7 + struct.size; // the padding before it, and the fixed section
  const terms: string[] = [];
  const statements: string[] = [];
  for (const { name, type } of struct.fields) {
    const value = `value.${lowerFirst(name)}`;
    if (type.kind === "text") terms.push(`3 * ${value}.length`);
    else if (type.kind === "bytes") terms.push(`${value}.length`);
    else if (type.kind === "struct") {
      const of = names.struct(type.name).bound;
      statements.push(`  if (${value} !== null) bound += ${of}(${value});\n`);
    } else if (type.kind === "list") {
      const list = listBound(names, type.of, value);
      constant += list.constant;
      if (list.term) terms.push(list.term);
      if (list.statement) statements.push(list.statement);
    }
  }
  const line = [constant, ...terms].join(" + ");
  const sum = line.length > 80 ? [constant, ...terms].join(" +\n    ") : line;
  const body = statements.length === 0
    ? `  return ${sum};\n`
    : `  let bound = ${sum};\n${statements.join("")}  return bound;\n`;
  return `function ${bound}(${parameters([["value", input]], body)}): number {\n${body}}\n`;
}

function listBound(
  names: FileNames,
  of: Type,
  value: string,
): { constant: number; term?: string; statement?: string } {
  if (of.kind === "text") {
    return { constant: 0, term: `${names.primitive("boundTexts")}(${value})` };
  }
  if (of.kind === "struct") {
    // An element: its length word, a header, and the object.
    const statement = `  for (const item of ${value}) bound += 20 + ${
      names.struct(of.name).bound
    }(item);\n`;
    return { constant: 7, statement };
  }
  if (!scalarOf(of)) return { constant: 0, term: `${names.primitive("boundBlobs")}(${value})` };
  const width = slotWidth(of);
  return { constant: 7, term: width === 1 ? `${value}.length` : `${width} * ${value}.length` };
}

function putFunction(names: FileNames, struct: Struct): string {
  const { put, input } = names.struct(struct.name);
  const gaps = gapsOf(struct).map(([from, to]) =>
    `  ${names.primitive("putZeros")}(bytes, ${place(from)}, ${place(to)});\n`
  );
  const now = struct.fields.map((field) => putNow(names, field));
  const later = struct.fields.filter(({ type: { kind } }) => kind === "text" || kind === "bytes");
  // What is appended moves the end; the last one answers it.
  const appends = now.some((text) => text.includes("end ="));
  const end = place(struct.size);
  const puts = later.map((field, i) => {
    const call = putLater(names, field, i === 0 && !appends ? end : "end");
    if (i === later.length - 1) return `  return ${call};\n`;
    const declares = i > 0 || appends ? "" : later.length > 2 ? "let " : "const ";
    return `  ${declares}end = ${call};\n`;
  });
  const body = (appends ? `  let end = ${end};\n` : "") + gaps.join("") + now.join("") +
    puts.join("") +
    (later.length === 0 ? `  return ${appends ? "end" : end};\n` : "");
  const list = parameters([
    ["bytes", "Uint8Array"],
    ["view", "DataView"],
    ["base", "number"],
    ["at", "number"],
    ["value", input],
  ], body);
  return `${wrapped("", `function ${put}`, list, ": number {")}\n${body}}\n`;
}

/** Bytes of the fixed section that belong to no slot. */
function gapsOf(struct: Struct): [from: number, to: number][] {
  const gaps: [number, number][] = [];
  let at = 0;
  for (const { offset, type } of struct.fields.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > at) gaps.push([at, offset]);
    at = offset + slotWidth(type);
  }
  return gaps;
}

/** What a field writes at its turn; text and bytes wait until the object is finished. */
function putNow(names: FileNames, { name, type, offset }: Field): string {
  const value = `value.${lowerFirst(name)}`;
  const at = place(offset);
  const scalar = scalarOf(type);
  if (type.kind === "bool") return `  bytes[${at}] = ${value} ? 1 : 0;\n`;
  if (scalar?.type === "bigint") {
    return `  ${names.primitive("putU64")}(view, ${at}, ${value});\n`;
  }
  if (scalar?.setter) return `  view.set${scalar.setter}(${at}, ${value}, true);\n`;
  if (scalar) return `  bytes[${at}] = ${value};\n`;
  switch (type.kind) {
    case "bytes_fixed":
      return `  ${names.primitive("putFixed")}(bytes, ${at}, ${type.size}, ${value});\n`;
    case "struct":
      return `  if (${value} === null) {
    ${names.primitive("putPointer")}(view, ${at}, 0);
  } else {
    const start = ${names.primitive("align")}(bytes, base, end);
    ${names.primitive("putPointer")}(view, ${at}, start);
    end = ${names.struct(type.name).put}(bytes, view, base, start, ${value});
  }
`;
    case "list":
      return putListField(names, type.of, value, at);
    default:
      return "";
  }
}

function putListField(names: FileNames, of: Type, value: string, at: string): string {
  if (of.kind === "struct") {
    return `  end = ${names.primitive("align")}(bytes, base, end);
  ${names.primitive("putList")}(view, ${at}, end, ${value}.length);
  for (const item of ${value}) {
    const stop = ${names.struct(of.name).write}(bytes, view, end + 4, item);
    view.setUint32(end, stop - end - 4, true);
    end = stop;
  }
`;
  }
  const suffix = of.kind === "text" ? "Text" : scalarOf(of)?.list ?? "Blob";
  return `  end = ${names.primitive(`put${suffix}s`)}(bytes, view, base, ${at}, end, ${value});\n`;
}

function putLater(names: FileNames, { name, type, offset }: Field, end: string): string {
  const put = type.kind === "text" ? "putText" : "putBytes";
  return `${names.primitive(put)}(bytes, view, ${place(offset)}, ${end}, value.${
    lowerFirst(name)
  })`;
}
