/** What a codec does with one of the three values. */
export interface Case {
  /** Encodes the value into memory of its own. */
  encode(): Uint8Array;
  /** Reads everything into a plain value. */
  decode(bytes: Uint8Array): unknown;
  /** Reads one number, where the codec can do so without reading everything. */
  field?(bytes: Uint8Array): unknown;
  /** Reads the numbers of all elements of a list (large only). */
  walk?(bytes: Uint8Array): number;
}

/** A codec in the comparison. */
export interface Peer {
  readonly name: string;
  readonly small: Case;
  readonly medium: Case;
  readonly large: Case;
}
