/** protobufjs, static code by pbjs 8 from shapes.proto; and `@bufbuild/protobuf`. */

import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as T,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { shapes } from "../../generated/shapes_pb.js";
import { large, medium, small } from "../values.ts";
import { plainLarge, plainMedium, plainSmall } from "./plain.ts";
import type { Case, Peer } from "./types.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

function staticCase(type: Any, value: unknown): Case {
  return {
    encode: () => type.encode(value).finish(),
    decode: (data) => type.decode(data),
  };
}

export const protobufjsPeer: Peer = {
  name: "protobufjs static",
  small: staticCase(shapes.Small, plainSmall),
  medium: staticCase(shapes.Medium, plainMedium),
  large: staticCase(shapes.Large, plainLarge),
};

/** The descriptor that protoc-gen-es embeds, made by hand because protoc is not on npm. */
function message(
  name: string,
  fields: readonly [string, T, (string | undefined)?, boolean?][],
): Partial<DescriptorProto> {
  return {
    name,
    field: fields.map(([name, type, typeName, repeated], i) =>
      create(FieldDescriptorProtoSchema, {
        name,
        jsonName: name,
        number: i + 1,
        type,
        label: repeated ? Label.REPEATED : Label.OPTIONAL,
        ...(typeName && { typeName: `.shapes.${typeName}` }),
      })
    ),
  };
}

const file = create(FileDescriptorProtoSchema, {
  name: "shapes.proto",
  package: "shapes",
  syntax: "proto3",
  messageType: [
    message("Small", [
      ["id", T.UINT64],
      ["count", T.UINT32],
      ["active", T.BOOL],
      ["score", T.DOUBLE],
      ["name", T.STRING],
    ]),
    message("Author", [["name", T.STRING], ["age", T.UINT32]]),
    message("Medium", [
      ["id", T.UINT64],
      ["created", T.INT64],
      ["count", T.UINT32],
      ["level", T.UINT32],
      ["kind", T.UINT32],
      ["active", T.BOOL],
      ["score", T.DOUBLE],
      ["owner", T.BYTES],
      ["title", T.STRING],
      ["city", T.STRING],
      ["country", T.STRING],
      ["email", T.STRING],
      ["phone", T.STRING],
      ["company", T.STRING],
      ["tags", T.STRING, undefined, true],
      ["author", T.MESSAGE, "Author"],
      ["body", T.BYTES],
    ]),
    message("Item", [
      ["id", T.UINT64],
      ["count", T.UINT32],
      ["name", T.STRING],
      ["data", T.BYTES],
    ]),
    message("Large", [["version", T.UINT32], [
      "items",
      T.MESSAGE,
      "Item",
      true,
    ]]),
  ],
} as Any);
const registry = createFileRegistry(file, () => undefined);

function bufCase(name: string, value: Any): Case {
  const schema = registry.getMessage(`shapes.${name}`)!;
  const input = create(schema, value);
  return {
    encode: () => toBinary(schema, input),
    decode: (data) => fromBinary(schema, data),
  };
}

export const bufPeer: Peer = {
  name: "@bufbuild/protobuf",
  small: bufCase("Small", small),
  medium: bufCase("Medium", medium),
  large: bufCase("Large", large),
};
