import { compact } from "../compact.ts";
import { type Invalid, invalid, type Issue, mistyped } from "../issue.ts";
import type { JsonSchema } from "../standard_schema.ts";
import { assertKnownOptions } from "../../base/options.ts";
import { Type } from "./type.ts";

/** What a file must be. */
export interface UploadOptions {
  /** Bytes at most; more is 413. Default: the app's limit for one file. */
  readonly maxBytes?: number;
  /** Content types that are taken, as the client says them; `image/*` is a kind. Default all. */
  readonly types?: readonly string[];
}

/** The content type of files that may be anything. */
export const ANY_FILE: string = "application/octet-stream";

/**
 * A file of a multipart form, kept in memory; for larger ones read the parts with `formParts`.
 *
 * @param options Size and content types.
 * @returns The type.
 * @throws {TypeError} For an option that is not known.
 */
export function upload(options: UploadOptions = {}): Type<File> {
  assertKnownOptions(options, ["maxBytes", "types"], "upload()");
  return new UploadType(options);
}

class UploadType extends Type<File> {
  readonly #options: UploadOptions;

  constructor(options: UploadOptions) {
    super();
    this.#options = options;
  }

  override get fileLimit(): number | undefined {
    return this.#options.maxBytes;
  }

  readText(text: string, issues: Issue[]): Invalid {
    return invalid(issues, "file_type", "Input should be a file", text);
  }

  readJson(value: unknown, issues: Issue[]): File | Invalid {
    if (!(value instanceof File)) {
      return mistyped(issues, "file_type", "Input should be a file", value);
    }
    const { types } = this.#options;
    if (
      types === undefined || types.some((type) => matches(value.type, type))
    ) return value;
    return invalid(
      issues,
      "file_content_type",
      `Input should be a file of type ${types.join(" or ")}`,
      value.type,
    );
  }

  jsonSchema(): JsonSchema {
    const { types, maxBytes } = this.#options;
    // `format` is 3.0's word for it, which pages still look for.
    return compact({
      type: "string",
      format: "binary",
      contentMediaType: types?.join(", ") ?? ANY_FILE,
      maxLength: maxBytes,
    });
  }
}

/** RFC 9110 §8.3.1: neither type has a case. */
function matches(type: string, wanted: string): boolean {
  const essence = type.split(";", 1)[0]!.trim().toLowerCase();
  const kind = wanted.toLowerCase();
  return kind.endsWith("/*") ? essence.startsWith(kind.slice(0, -1)) : essence === kind;
}
