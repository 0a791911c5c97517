/** Standard Schema v1, with its JSON Schema part (standardschema.dev), as far as it is offered. */

import type { JsonSchema } from "./json_schema.ts";

/** What stands under `~standard`. */
export interface StandardProps<Input, Output> {
  /** The standard's version. */
  readonly version: 1;
  /** Who offers it. */
  readonly vendor: "zap";
  /** Checks a value. */
  readonly validate: (value: unknown) => StandardResult<Output>;
  /** Describes the JSON form; throws for a target other than `draft-2020-12` and `draft-07`. */
  readonly jsonSchema: {
    /** What `validate` takes. */
    readonly input: (options?: { readonly target?: string }) => JsonSchema;
    /** The JSON form of what it gives. */
    readonly output: (options?: { readonly target?: string }) => JsonSchema;
  };
  /** Carries the TypeScript types; never there. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

/** What `validate` gives: a value, or what is wrong. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One fault. */
export interface StandardIssue {
  /** What was expected and what was found. */
  readonly message: string;
  /** Where: property names and indexes. */
  readonly path: readonly (string | number)[];
}
