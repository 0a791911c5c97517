import { assertKnownOptions } from "../base/options.ts";
import type { RouteContext } from "./context.ts";
import { FILE_OPTION_KEYS, type FileOptions } from "./file_options.ts";
import type { FileSource } from "./file_source.ts";
import { Reply } from "./reply.ts";

/** Answers with a file: {@linkcode fileHelper} makes it. */
export type FileHelper = (path: string, options?: FileOptions) => Reply;

/**
 * Makes a `file` helper for a source of files.
 *
 * @param source Where files come from.
 * @returns The helper.
 */
export function fileHelper(source: FileSource): FileHelper {
  return (path, options = {}) => {
    assertKnownOptions(options, FILE_OPTION_KEYS, "file()");
    return new FileReply(source, path, options);
  };
}

/** What sends files is loaded by the first of them: most apps send none. */
let sending: Promise<typeof import("./file_response.ts")> | undefined;

class FileReply extends Reply {
  readonly #source: FileSource;
  readonly #path: string;
  readonly #options: FileOptions;

  constructor(source: FileSource, path: string, options: FileOptions) {
    super();
    this.#source = source;
    this.#path = path;
    this.#options = options;
  }

  async toResponse(c: RouteContext): Promise<Response> {
    const { FileAnswer } = await (sending ??= import("./file_response.ts"));
    return await new FileAnswer(this.#source, this.#path, this.#options).toResponse(c);
  }
}
