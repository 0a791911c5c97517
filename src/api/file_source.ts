/** A file that is open for reading. */
export interface OpenFile {
  /** Its length when it was opened, in bytes. */
  readonly size: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Reads at most `length` bytes from `at`; none at the end. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes it. */
  close(): Promise<void>;
}

/** Where files come from: the machine's file system, or a store of one's own. */
export interface FileSource {
  /** Opens a file below `root`, if one is given; `undefined` if there is none. */
  open(path: string, root: string | undefined): Promise<OpenFile | undefined>;
}
