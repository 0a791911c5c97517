/**
 * The types of Standard Schema v1 and Standard JSON Schema v1, as `@standard-schema/spec` 1.1.0
 * publishes them for copying, without what only infers from them.
 */

interface StandardTyped<Input, Output> {
  readonly version: 1;
  readonly vendor: string;
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

interface Options {
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

type Result<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: ReadonlyArray<Issue> };

export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": StandardTyped<Input, Output> & {
    readonly validate: (
      value: unknown,
      options?: Options | undefined,
    ) => Result<Output> | Promise<Result<Output>>;
  };
}

interface TargetOptions extends Options {
  readonly target: "draft-2020-12" | "draft-07" | "openapi-3.0" | (Record<never, never> & string);
}

export interface StandardJSONSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": StandardTyped<Input, Output> & {
    readonly jsonSchema: {
      readonly input: (options: TargetOptions) => Record<string, unknown>;
      readonly output: (options: TargetOptions) => Record<string, unknown>;
    };
  };
}

/** What a library infers as the output of a schema. */
export type InferOutput<Schema extends StandardSchemaV1> = NonNullable<
  Schema["~standard"]["types"]
>["output"];
