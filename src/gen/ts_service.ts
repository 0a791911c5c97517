/** An interface's generated code: ordinals, client, server, descriptor. */

import type { Interface, Method, Schema } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";
import { serviceDescriptor } from "./ts_descriptor.ts";
import { type FileNames, memberNames } from "./ts_names.ts";
import { docComment, wrapped } from "./ts_text.ts";

/** All that is generated for an interface. */
export function serviceCode(names: FileNames, schema: Schema, service: Interface): string {
  return [
    methodTable(names, service),
    clientClass(names, service),
    serverClass(names, service),
    serviceDescriptor(names, schema, service),
  ].join("\n");
}

function methodTable(names: FileNames, service: Interface): string {
  const { methods } = names.service(service.name);
  const entries = service.methods.map(({ name, ordinal }) => [lowerFirst(name), ordinal]);
  const type = entries.map(([name, ordinal]) => `  readonly ${name}: ${ordinal};\n`).join("");
  const value = entries.map(([name, ordinal]) => `  ${name}: ${ordinal},\n`).join("");
  const [shape, table] = entries.length === 0
    ? ["Readonly<Record<string, never>>", "{}"]
    : [`{\n${type}}`, `{\n${value}}`];
  return `/** Ordinals of the methods of ${service.name}. */
export const ${methods}: ${shape} = ${table};
`;
}

/** Code that reads a message of a struct. */
function wrap(names: FileNames, struct: string): string {
  return `${names.struct(struct).view}.wrap`;
}

function clientClass(names: FileNames, service: Interface): string {
  const { client, methods } = names.service(service.name);
  const stub = names.use("stub");
  const pipelined = service.methods.map(({ name }) => `${lowerFirst(name)}On`);
  const members = memberNames(service, pipelined);
  const calls = service.methods.map((method) => {
    const { name, param, result, doc } = method;
    const member = members.get(name)!;
    const ordinal = `${methods}.${lowerFirst(name)}`;
    const type = `${stub}.Pipelined<${result ? names.struct(result.struct).view : "void"}>`;
    const read = result ? `${wrap(names, result.struct)}` : `${stub}.nothing`;
    const options = `options?: ${stub}.Options`;
    const on = `promise: ${names.useType("PromiseHandle")}`;
    const input = param && names.parameter(param.name, ["options"]);
    const of = param && names.struct(param.struct);
    const takes = of ? [`${input}: ${of.input} | ${of.view} | Uint8Array`, options] : [options];
    const payload = of ? `${stub}.encoded(${input!}, ${of.create})` : `${stub}.none`;
    const call = [`"${name}"`, ordinal, payload, read, "options"];
    const later = [`"${name}"`, ordinal, "promise", read, "options"];
    return `
${docComment(doc ?? `Calls \`${name}\`.`, "  ")}${wrapped("  ", member, takes, `: ${type} {`)}
${wrapped("    ", "return this.#calls.origin", call, ";")}
  }

  /** Calls \`${name}\` on the answer of \`promise\`, which need not have come yet. */
${wrapped("  ", `${lowerFirst(name)}On`, [on, options], `: ${type} {`)}
${wrapped("    ", "return this.#calls.pipe", later, ";")}
  }
`;
  });
  if (calls.length === 0) {
    return `/** Calls ${service.name}, which has no methods yet. */
export class ${client} {
  /** Uses a channel, and a capability for every call. */
  constructor(_channel: ${stub}.Channel, _cap?: Uint8Array) {}
}
`;
  }
  return `/** Calls ${service.name} over a channel: a client, a pool, a WebSocket connection. */
export class ${client} {
  readonly #calls: ${stub}.Calls;

  /** Uses a channel; \`cap\` is the capability that goes with every call, else the channel's own. */
  constructor(channel: ${stub}.Channel, cap?: Uint8Array) {
    this.#calls = new ${stub}.Calls("${service.name}", channel, cap);
  }
${calls.join("")}}
`;
}

/** What the server class has beside the methods. */
const SERVER_MEMBERS: readonly string[] = ["answer", "dispatch"];

function serverClass(names: FileNames, service: Interface): string {
  const { server, methods } = names.service(service.name);
  const stub = names.use("stub");
  const members = memberNames(service, SERVER_MEMBERS);
  const abstracts = service.methods.map(({ name, param, result, doc }) => {
    const input = param && names.parameter(param.name, ["call"]);
    const call = `call: ${stub}.Call`;
    const takes = param ? [`${input}: ${names.struct(param.struct).view}`, call] : [call];
    const answers = result
      ? `${stub}.Reply<${names.struct(result.struct).input} | ${names.struct(result.struct).view}>`
      : "Promise<void> | void";
    const text = docComment(doc ?? `Answers \`${name}\`.`, "  ");
    return `${text}${wrapped("  ", `abstract ${members.get(name)!}`, takes, `: ${answers};`)}\n\n`;
  });
  const cases = service.methods.map((method) =>
    routeCase(names, methods, method, members.get(method.name)!)
  );
  const route = cases.length === 0
    ? `  readonly #route = (): undefined => undefined;\n`
    : `  readonly #route = (call: ${stub}.Call): Promise<Uint8Array> | undefined => {
    switch (call.method) {
${
      cases.map(([label, member]) => `      case ${label}:\n        return this.${member}(call);\n`)
        .join("")
    }      default:
        return undefined;
    }
  };

${cases.map(([, , body]) => body).join("\n")}`;
  return `/** Serves ${service.name}: implement its methods, and give \`answer\` or \`dispatch\` to a server. */
export abstract class ${server} {
${
    abstracts.join("")
  }  /** Answers a call: \`new ZapServer({ call: (call) => service.answer(call) })\`. */
  answer(call: ${stub}.Call): Promise<${stub}.Answer> {
    return ${stub}.answer(call, this.#route);
  }

  /** Answers a request envelope with a response envelope. */
  dispatch(envelope: Uint8Array): Promise<Uint8Array> {
    return ${stub}.dispatch(envelope, this.#route);
  }

${route}}
`;
}

/** The ordinal, the private member that serves it, and that member's code. */
function routeCase(
  names: FileNames,
  methods: string,
  { name, param, result }: Method,
  member: string,
): [label: string, member: string, code: string] {
  const stub = names.use("stub");
  const own = privateName(name);
  const takes = param ? `${stub}.payload(call, ${wrap(names, param.struct)}), call` : "call";
  const called = `await this.${member}(${takes})`;
  const body = result
    ? wrapped("    ", `return ${stub}.encoded`, [called, names.struct(result.struct).create], ";\n")
    : `    ${called};\n    return ${stub}.none;\n`;
  const code = `  async ${own}(call: ${stub}.Call): Promise<Uint8Array> {\n${body}  }\n`;
  return [`${methods}.${lowerFirst(name)}`, own, code];
}

function privateName(method: string): string {
  const name = `#${lowerFirst(method)}`;
  return name === "#route" || name === "#constructor" ? `${name}_` : name;
}
