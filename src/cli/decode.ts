/** `zap decode`: a message, or a recording of frames, as a tree with offsets. */

import type { Struct } from "../schema/model.ts";
import type { CliIo } from "./io.ts";
import { describeMessage, type Knowledge, TRANSPORT_STRUCTS } from "./describe.ts";
import { describeFrames, guessFraming } from "./frames.ts";
import { parseOptions } from "./parse_options.ts";
import { formatTree } from "./tree.ts";
import { usageError } from "./usage.ts";

const HELP = `Usage: zap decode FILE [options]

Shows a ZAP message, or a recording of one direction of a connection, as a tree:
offset and length of each part in the file, and what it holds. FILE is a path,
or - for standard input.

Options:
  --as=KIND      What the file is: message, request, response, handshake, node
                 (frames of the "node" framing) or mux (frames of the "mux"
                 framing). Default: what it looks like
  --hex          The file holds hex text instead of bytes
  --schema=FILE  A .zap schema that describes the root object; needs --struct
  --struct=NAME  The root object's struct in the schema
  --json         Print the tree as JSON
  --help         Show this text
`;

const KINDS = ["message", "request", "response", "handshake", "node", "mux"];

/** Largest file that is decoded: the largest frame of either framing, twice. */
const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** Runs `zap decode`; answers the exit code. */
export async function runDecode(args: string[], io: CliIo): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === "string") return usageError(io, "zap decode", parsed);
  const { values, positionals: [file, ...more] } = parsed;
  if (values.help) return io.stdout(HELP), 0;
  if (file === undefined || more.length > 0) {
    return usageError(io, "zap decode", "name one file, or - for standard input");
  }
  if (values.as !== undefined && !KINDS.includes(values.as)) {
    return usageError(io, "zap decode", `--as must be one of ${KINDS.join(", ")}`);
  }
  if ((values.schema === undefined) !== (values.struct === undefined)) {
    return usageError(io, "zap decode", "--schema and --struct go together");
  }
  let bytes: Uint8Array;
  let known: Knowledge = {};
  try {
    bytes = await io.readFile(file);
    if (values.hex) bytes = fromHexText(bytes);
    if (bytes.length > MAX_FILE_BYTES) {
      throw new Error(`${bytes.length} bytes exceed the limit of ${MAX_FILE_BYTES}`);
    }
  } catch (error) {
    io.stderr(`zap decode: cannot read ${file}: ${(error as Error).message}\n`);
    return 1;
  }
  try {
    if (values.schema !== undefined) known = await knowledge(io, values.schema, values.struct!);
  } catch (error) {
    io.stderr(`zap decode: ${(error as Error).message}\n`);
    return 1;
  }
  const kind = values.as ?? guess(bytes);
  if (kind === undefined) {
    io.stderr(
      `zap decode: ${file} looks neither like a message (it would begin with "ZAP\\0") nor like ` +
        `frames; say what it is with --as\n`,
    );
    return 1;
  }
  if (known.struct && kind !== "message") {
    const problem = `--schema describes a message, and ${file} is decoded as ${kind}`;
    return usageError(io, "zap decode", problem);
  }
  const tree = kind === "node" || kind === "mux"
    ? describeFrames(bytes, kind)
    : [describeMessage(bytes, 0, isTransport(kind) ? { struct: TRANSPORT_STRUCTS[kind] } : known)];
  io.stdout(values.json ? JSON.stringify(tree, null, 2) + "\n" : formatTree(tree));
  return tree.some((node) => node.label === "not a message" || node.label === "cut frame") ? 1 : 0;
}

function parse(args: string[]) {
  try {
    return parseOptions(args, {
      as: { type: "string" },
      hex: { type: "boolean" },
      schema: { type: "string" },
      struct: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    });
  } catch (error) {
    return (error as Error).message;
  }
}

function isTransport(kind: string): kind is keyof typeof TRANSPORT_STRUCTS {
  return kind in TRANSPORT_STRUCTS;
}

function guess(bytes: Uint8Array): string | undefined {
  const isMessage = bytes[0] === 0x5a && bytes[1] === 0x41 && bytes[2] === 0x50 && bytes[3] === 0;
  return isMessage ? "message" : guessFraming(bytes);
}

function fromHexText(text: Uint8Array): Uint8Array {
  const hex = new TextDecoder().decode(text).replace(/\s+/g, "");
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) {
    throw new Error("it is not hex: pairs of 0-9 and a-f, with or without white space");
  }
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

async function knowledge(io: CliIo, file: string, name: string): Promise<Knowledge> {
  const { parseSchema } = await import("../schema/parser/parse_schema.ts");
  const text = new TextDecoder().decode(await io.readFile(file));
  const schema = parseSchema(text, { file });
  const find = (wanted: string): Struct | undefined =>
    schema.structs.find((struct) => struct.name === wanted);
  const struct = find(name);
  if (!struct) {
    throw new Error(
      `${file} has no struct "${name}": it has ${schema.structs.map((s) => s.name).join(", ")}`,
    );
  }
  return { struct, find };
}
