import { getU32 } from "./get_scalars.ts";

/**
 * Where the variable elements of a list stand, as far as someone asked: random access never walks
 * from the start again. It grows with what has been walked, never with what a message declares.
 */
export class ElementIndex {
  readonly #data: Uint8Array;
  readonly #positions: number[] = [];
  #next: number;

  /** For the list whose first element is at `offset`. */
  constructor(data: Uint8Array, offset: number) {
    this.#data = data;
    this.#next = offset;
  }

  /** Where element i's length word stands, or -1 if the element does not fit. */
  position(i: number): number {
    const positions = this.#positions;
    const data = this.#data;
    while (positions.length <= i) {
      const at = this.#next;
      if (at + 4 > data.length) return -1;
      const end = at + 4 + getU32(data, at);
      if (end > data.length) return -1;
      positions.push(at);
      this.#next = end;
    }
    return positions[i]!;
  }
}
