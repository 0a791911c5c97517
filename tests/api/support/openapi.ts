import { assert } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";

/** Checks a document against the official OpenAPI 3.1 JSON Schema. */
export async function assertValidDocument(document: unknown): Promise<void> {
  const result = await new Validator().validate(
    structuredClone(document) as Record<string, unknown>,
  );
  assert(result.valid, JSON.stringify(result.errors)?.slice(0, 2000));
}
