/** An interface's descriptor: the part of the model that it reaches, as a constant. */

import type { Interface, Schema, Struct } from "../schema/model.ts";
import { lowerFirst } from "../schema/names.ts";
import type { FileNames } from "./ts_names.ts";

/** The constant that describes an interface to a host. */
export function serviceDescriptor(names: FileNames, schema: Schema, service: Interface): string {
  const { descriptor } = names.service(service.name);
  const typeOf = (struct: string | undefined): string => {
    if (struct === undefined) return "undefined";
    const { value, input } = names.struct(struct);
    return `${names.useType("StructType")}<${value}, ${input}>`;
  };
  const types = service.methods.map(({ name, param, result }) =>
    `  readonly ${lowerFirst(name)}: ${names.useType("MethodDescriptor")}<${
      typeOf(param?.struct)
    }, ${typeOf(result?.struct)}>;\n`
  ).join("");
  const shape = types === "" ? "" : `<{\n${types}}>`;
  const models = reached(schema, service).map((struct) =>
    `    ${JSON.stringify(withoutDocs(struct))},\n`
  );
  return `/** Describes ${service.name} for a host: names, ordinals, paths, types. */
export const ${descriptor}: ${names.useType("ServiceDescriptor")}${shape} = /* @__PURE__ */ ${
    names.use("describeService")
  }({
  structs: [
${models.join("")}  ],
}, ${JSON.stringify(service)});
`;
}

/** The structs that an interface's methods reach, in order of declaration. */
function reached(schema: Schema, service: Interface): Struct[] {
  const structs = new Map(schema.structs.map((struct) => [struct.name, struct]));
  const names = new Set<string>();
  const open = service.methods.flatMap(({ param, result }) => [param?.struct, result?.struct]);
  while (open.length > 0) {
    const name = open.pop();
    if (name === undefined || names.has(name)) continue;
    names.add(name);
    for (const { type } of structs.get(name)!.fields) {
      const of = type.kind === "list" ? type.of : type;
      if (of.kind === "struct") open.push(of.name);
    }
  }
  return schema.structs.filter(({ name }) => names.has(name));
}

function withoutDocs({ name, fields, size }: Struct): Struct {
  return { name, fields: fields.map(({ name, type, offset }) => ({ name, type, offset })), size };
}
