/** How a file is sent. */
export interface FileOptions {
  /** The folder that the path is in and must not leave, by `..` or by symbolic links. Without it the path is trusted. */
  readonly root?: string;
  /** The name that a browser saves it under: adds `Content-Disposition: attachment`. */
  readonly filename?: string;
  /** The kind of ETag, made of size and time of change; `false` for none. Default `strong`. */
  readonly etag?: "strong" | "weak" | false;
  /** Whether parts may be asked for. Default `true`. */
  readonly range?: boolean;
  /** Seconds that it may be cached: adds `Cache-Control: public, max-age=…`. */
  readonly maxAge?: number;
  /** Whether it never changes under its URL: adds `immutable`. */
  readonly immutable?: boolean;
  /** The content type. Default by the path's extension, else `application/octet-stream`. */
  readonly type?: string;
}

/** Every key of {@linkcode FileOptions}. */
export const FILE_OPTION_KEYS: readonly string[] = [
  "root",
  "filename",
  "etag",
  "range",
  "maxAge",
  "immutable",
  "type",
];
