/** Standard Schema v1, with its JSON Schema part (standardschema.dev), as far as it is offered. */

import type { JsonSchema } from "./json_schema.ts";

/** What stands under `~standard`. */
export interface StandardProps<Input, Output> {
  /** Version of the standard: 1. */
  readonly version: 1;
  /** Whose schema this is: always `"zap"`. */
  readonly vendor: "zap";
  /** Checks a value, in its JSON form or as decoded; gives the decoded one, or what is wrong. */
  readonly validate: (value: unknown) => StandardResult<Output>;
  /** Describes the JSON form; throws for a target other than `draft-2020-12` and `draft-07`. */
  readonly jsonSchema: {
    /** The JSON form of what `validate` takes. */
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

/** One thing that is wrong with a value. */
export interface StandardIssue {
  /** What was expected and what was found. */
  readonly message: string;
  /** Where: property names and indexes. */
  readonly path: readonly (string | number)[];
}
