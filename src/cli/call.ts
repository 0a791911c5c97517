/** `zap call`: one call to a ZAP server, and its answer. */

import { styleText } from "node:util";
import { encodeHex } from "../base/bytes.ts";
import { quoted } from "../base/quoted.ts";
import { CapError } from "../cap/error.ts";
import { parseSchema } from "../schema/parser/parse_schema.ts";
import { RpcError, statusText, ZapClient } from "../rpc/mod.ts";
import { formatAddress, parseAddress, type ZapAddress } from "./address.ts";
import { capabilityBytes } from "./cap_bytes.ts";
import type { CliIo } from "./io.ts";
import { type ParsedOptions, parseOptions } from "./parse_options.ts";
import { formatBody, printableText, readPayload } from "./payload.ts";
import { findMethod, type TypedMethod } from "./typed_call.ts";
import { usageError } from "./usage.ts";

const HELP = `Usage: zap call ADDRESS METHOD [PAYLOAD] [options]

Calls METHOD of the server at ADDRESS and prints the status and the body.

  ADDRESS   host:port, [ipv6]:port, zaps://host:port (TLS) or unix:/path; port
            9999 if left out
  METHOD    Its ordinal: 1, 2, …; with --schema also its name, such as
            Notes.create
  PAYLOAD   text; hex:48656c6c6f or 0x48656c6c6f; @FILE, or @- for standard
            input. Default: empty. With a method's name: JSON, or @FILE with
            JSON

Options:
  --schema=FILE    A .zap schema: METHOD may be a name, PAYLOAD and the body are
                   JSON
  --framing=KIND   node (default) or mux: what the server's port speaks
  --timeout=MS     Milliseconds to wait for the connection, then for the answer.
                   Default 10000
  --cap=@FILE      Capability to send: a file as "zap cap issue" writes it.
                   Default: the environment's ZAP_CAP, its text, hex or @FILE,
                   if it is set
  --ca=FILE        Certificate authorities (PEM) for a zaps:// address, instead
                   of the system's
  --raw            Write the body's bytes to standard output and nothing else
  --json           Print {"status","statusText","body":{"hex","text"}} instead
  --help           Show this text

Exit codes: 0 status 200, 1 another status, no answer, one that is not what the
schema says, or a file that cannot be read, 2 wrong usage.
`;

/** Longest timer that every runtime takes for what it is: 24 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const OPTIONS = {
  schema: { type: "string" },
  framing: { type: "string" },
  timeout: { type: "string" },
  cap: { type: "string" },
  ca: { type: "string" },
  raw: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

interface Request {
  readonly address: ZapAddress;
  readonly method: number;
  readonly typed: TypedMethod | undefined;
  readonly payload: Uint8Array;
  readonly cap: Uint8Array;
  readonly framing: "node" | "mux";
  readonly timeoutMs: number;
  readonly ca: string | undefined;
}

/** Runs `zap call`; answers the exit code. */
export async function runCall(args: string[], io: CliIo): Promise<number> {
  let parsed;
  let request: Request;
  try {
    parsed = parseOptions(args, OPTIONS);
    if (parsed.values.help) return io.stdout(HELP), 0;
    request = await readRequest(parsed, io);
  } catch (error) {
    const { message } = error as Error;
    // Wrong words; anything else is a file that is not there, or not what it should be.
    if (error instanceof TypeError) return usageError(io, "zap call", message);
    io.stderr(`zap call: ${message}\n`);
    return 1;
  }
  const { json, raw } = parsed.values;
  try {
    const { status, body } = await call(request, io.interrupted);
    if (raw) return io.stdout(body), status === 200 ? 0 : 1;
    const { value, problem } = status === 200 ? read(body, request.typed) : {};
    io.stdout((json ? answerJson : answerText)(status, body, value, io.isTerminal));
    if (problem !== undefined) io.stderr(`zap call: ${problem}\n`);
    return status === 200 && problem === undefined ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const problem = `${error.message}${advice(error, request)}`;
    if (json) io.stdout(JSON.stringify({ error: { code: error.code, message: problem } }) + "\n");
    else io.stderr(`zap call: ${problem}\n`);
    return 1;
  }
}

type Parsed = ParsedOptions<typeof OPTIONS>;

async function readRequest({ values, positionals }: Parsed, io: CliIo): Promise<Request> {
  const [where, ordinal, text, ...more] = positionals;
  if (where === undefined || ordinal === undefined || more.length > 0) {
    throw new TypeError("name an address, a method and at most one payload");
  }
  const typed = await readMethod(values.schema, ordinal, io);
  const method = typed?.ordinal ?? Number(ordinal);
  if (!typed && (!/^\d+$/.test(ordinal) || method < 1 || method > 0xffffffff)) {
    throw new TypeError(
      `method "${ordinal}" is not an ordinal: a whole number from 1, or a name with --schema`,
    );
  }
  const timeoutMs = Number(values.timeout ?? 10_000);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new TypeError(
      `--timeout "${values.timeout}" is not a whole number of milliseconds from 1 to ${MAX_TIMEOUT_MS}`,
    );
  }
  const framing = values.framing ?? "node";
  if (framing !== "node" && framing !== "mux") {
    throw new TypeError(`--framing "${framing}" is neither node nor mux`);
  }
  return {
    address: parseAddress(where),
    method,
    typed,
    payload: typed ? typed.encode(await readJson(text, io)) : await readPayload(text, io),
    cap: await readCap(values.cap, io),
    framing,
    timeoutMs,
    ca: values.ca === undefined
      ? undefined
      : new TextDecoder().decode(await io.readFile(values.ca)),
  };
}

async function readMethod(
  file: string | undefined,
  name: string,
  io: CliIo,
): Promise<TypedMethod | undefined> {
  if (file === undefined || /^\d+$/.test(name)) return undefined;
  const text = new TextDecoder().decode(await io.readFile(file));
  return findMethod(parseSchema(text, { file }), name);
}

async function readJson(text: string | undefined, io: CliIo): Promise<string | undefined> {
  if (!text?.startsWith("@")) return text;
  return new TextDecoder().decode(await io.readFile(text.slice(1)));
}

/** A capability's bytes: of `--cap`, or of the environment. */
async function readCap(option: string | undefined, io: CliIo): Promise<Uint8Array> {
  if (option !== undefined && !option.startsWith("@")) {
    // Not repeated here: it may be the capability itself, which every user of the machine has seen now.
    throw new TypeError("--cap takes @FILE; a capability itself goes into ZAP_CAP");
  }
  const given = option ?? io.env("ZAP_CAP");
  if (given === undefined) return new Uint8Array(0);
  const file = given.startsWith("@") ? given.slice(1) : undefined;
  const bytes = file === undefined
    ? new TextEncoder().encode(given.replace(/^(hex:|0x)/, ""))
    : await io.readFile(file);
  try {
    return capabilityBytes(bytes);
  } catch (error) {
    if (!(error instanceof CapError)) throw error;
    throw new Error(`${file ?? "ZAP_CAP"} holds no capability: ${error.message}`);
  }
}

async function call(request: Request, signal: AbortSignal) {
  const { address, method, payload, framing, timeoutMs, cap, ca } = request;
  const target = "path" in address ? { path: address.path } : {
    host: address.host,
    port: address.port,
    ...(address.tls ? { tls: ca === undefined ? true : { ca } } : {}),
  };
  const client = await ZapClient.connect(
    { ...target, framing, connectTimeoutMs: timeoutMs, timeoutMs, signal, reconnect: false },
    cap,
  );
  try {
    return await client.call(method, { payload });
  } finally {
    client.close();
  }
}

/** What to do about a call without an answer. */
function advice(error: RpcError, { address, framing, timeoutMs }: Request): string {
  const where = formatAddress(address);
  switch (error.code) {
    case "connect":
      return `. Is a server running at ${where}, with "${framing}" framing? "zap serve" starts one`;
    case "deadline":
      return `. Allow more than ${timeoutMs} ms with --timeout`;
    case "lost":
    case "protocol":
      return `. Does the server at ${where} speak "${framing}" framing? --framing changes it`;
    default:
      return "";
  }
}

/** The body as JSON, or why it is none. */
function read(
  body: Uint8Array,
  typed: TypedMethod | undefined,
): { value?: Record<string, unknown> | undefined; problem?: string } {
  try {
    return { value: typed?.decode(body) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: error.message };
  }
}

type Show = (
  status: number,
  body: Uint8Array,
  value: Record<string, unknown> | undefined,
  colour: boolean,
) => string;

const answerText: Show = (status, body, value, colour) => {
  const line = `${status} ${statusText(status)}, ${body.length} bytes`;
  const head = colour ? styleText(status === 200 ? "green" : "red", line) : line;
  return `${head}\n${value ? quoted(value, 2) + "\n" : formatBody(body)}`;
};

const answerJson: Show = (status, body, value) => {
  const text = printableText(body);
  const shown = value
    ? { value }
    : { hex: encodeHex(body), ...(text === undefined ? {} : { text }) };
  return quoted({ status, statusText: statusText(status), body: shown }) + "\n";
};
