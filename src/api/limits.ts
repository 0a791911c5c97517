/** Every limit, default and timeout of the API room, with its reason. */
export interface ApiLimits {
  /** Bytes of a JSON body, of a urlencoded form and of one multipart field's text. Default 10 MiB: larger data should be streamed. */
  readonly maxBodyBytes: number;
  /** Bytes of a whole multipart body. Default 64 MiB: some photographs; larger uploads should be streamed. */
  readonly maxFormBytes: number;
  /** Bytes of one file kept in memory. Default 16 MiB. */
  readonly maxFileBytes: number;
  /** Fields and files of one form together. Default 1 000: far above any page, far below what costs time. */
  readonly maxFormParts: number;
  /** Bytes of the header block of one multipart part. Default 16 KiB, as for a request's own headers. */
  readonly maxPartHeaderBytes: number;
  /** Values taken for one repeated query key or header, and keys for an open query schema. Default 1 000. */
  readonly maxValues: number;
  /** Ranges of one `Range` header; more are answered with the whole file (RFC 9110 §14.2). Default 16. */
  readonly maxRanges: number;
  /** Bytes a file is read in. Default 64 KiB. */
  readonly fileChunkBytes: number;
  /** Milliseconds that shutdown waits for background tasks. Default 10 000. */
  readonly drainTimeoutMs: number;
}

/** The defaults; change any of them with `new Api({ limits })`. */
export const DEFAULT_LIMITS: Readonly<ApiLimits> = {
  maxBodyBytes: 10 * 1024 * 1024,
  maxFormBytes: 64 * 1024 * 1024,
  maxFileBytes: 16 * 1024 * 1024,
  maxFormParts: 1_000,
  maxPartHeaderBytes: 16 * 1024,
  maxValues: 1_000,
  maxRanges: 16,
  fileChunkBytes: 64 * 1024,
  drainTimeoutMs: 10_000,
};

/** Limits of what an error says; they are the same for all apps. */
export const ERROR_LIMITS = {
  /** Errors told in one 422: nobody reads more, and a hostile list of a million would be an amplifier. */
  maxIssues: 100,
  /** Characters of a text that an error repeats as `input`, for the same reason. */
  maxInputEcho: 200,
} as const;
