/** What an interface offers, for a host that serves it. */

import { structsOf } from "./from_schema.ts";
import type { Interface, Schema } from "./model.ts";
import { lowerFirst, methodPath } from "./names.ts";
import type { AnyStruct } from "./struct.ts";

/** One method of a service. */
export interface MethodDescriptor<
  Request extends AnyStruct | undefined = AnyStruct | undefined,
  Response extends AnyStruct | undefined = AnyStruct | undefined,
> {
  /** Its name as declared. */
  readonly name: string;
  /** On the wire: 1, 2, 3, … in order of declaration. */
  readonly ordinal: number;
  /** Path of its `POST`: `/<service-kebab>/<method-kebab>`. */
  readonly path: string;
  /** What it takes; `undefined` for nothing. */
  readonly request: Request;
  /** What it answers; `undefined` for no body. */
  readonly response: Response;
  /** The comment above it. */
  readonly doc?: string;
}

/** A service: an interface with codecs and JSON mappings of all that it takes and answers. */
export interface ServiceDescriptor<
  Methods extends Readonly<Record<string, MethodDescriptor>> = Readonly<
    Record<string, MethodDescriptor>
  >,
> {
  /** Its name as declared. */
  readonly name: string;
  /** Its methods in order of ordinals, by name with the first letter in lower case. */
  readonly methods: Methods;
  /** The comment above it. */
  readonly doc?: string;
}

/**
 * Describes an interface of a schema.
 *
 * @param schema The schema, or the part of it with the structs that the interface reaches.
 * @param service One of its interfaces.
 *
 * @example
 * ```ts
 * import { describeService, parseSchema } from "@zap-proto/edge";
 *
 * const schema = parseSchema("package p\nstruct A\n  X u8\ninterface Notes\n  create(a: A)\n");
 * const { methods } = describeService(schema, schema.interfaces[0]!);
 * console.log(methods.create!.path, methods.create!.request!.toJson({ x: 1 })); // /notes/create { x: 1 }
 * ```
 */
export function describeService<T extends ServiceDescriptor = ServiceDescriptor>(
  schema: Pick<Schema, "structs">,
  service: Interface,
): T {
  const structs = structsOf(schema);
  const methods: Record<string, MethodDescriptor> = {};
  for (const { name, ordinal, param, result, doc } of service.methods) {
    methods[lowerFirst(name)] = {
      name,
      ordinal,
      path: methodPath(service.name, name),
      request: param && structs.get(param.struct),
      response: result && structs.get(result.struct),
      ...(doc !== undefined && { doc }),
    };
  }
  const described: ServiceDescriptor = {
    name: service.name,
    methods,
    ...(service.doc !== undefined && { doc: service.doc }),
  };
  return described as T;
}
