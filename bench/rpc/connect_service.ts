/** `rpc Echo(BytesValue) returns (BytesValue)`, described at run time instead of generated. */

import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import {
  BytesValueSchema,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const file = create(FileDescriptorProtoSchema, {
  name: "echo.proto",
  package: "bench",
  syntax: "proto3",
  dependency: ["google/protobuf/wrappers.proto"],
  service: [{
    name: "Echo",
    method: [{
      name: "Echo",
      inputType: `.${BytesValueSchema.typeName}`,
      outputType: `.${BytesValueSchema.typeName}`,
    }],
  }],
});

const set = create(FileDescriptorSetSchema, {
  file: [file_google_protobuf_wrappers.proto, file],
});

/** The service, as `@connectrpc/connect` takes it; untyped, because it is not generated. */
// deno-lint-ignore no-explicit-any
export const echoService: DescService & any = createFileRegistry(set)
  .getService("bench.Echo")!;
