/** A list of a view class: typed, lazy, array-like. */

import { EMPTY } from "../base/bytes.ts";
import {
  getF32,
  getF64,
  getI16,
  getI32,
  getI64,
  getI8,
  getU16,
  getU32,
  getU64,
} from "./get_scalars.ts";
import { readText } from "./text.ts";
import { type AnyView, listAt, type ListView, rootOf } from "./views.ts";

/** How elements of a list are read. */
export interface Element<T> {
  /** Bytes of a packed element; 0 for a variable one. */
  readonly width: number;
  /** What an element that does not fit reads as. */
  readonly zero: T;
  /** Reads the element that stands at `at`: its value if packed, else its length word. */
  readonly read: (data: Uint8Array, at: number) => T;
}

/**
 * A list field of a view. Elements are read when asked for; an index costs no walk from the start.
 *
 * @example
 * ```ts
 * import { list, struct, text } from "@zap-proto/edge";
 *
 * const Note = struct("Note", { tags: list(text) });
 * const { tags } = Note.view(Note.encode({ tags: ["red", "green"] }));
 * for (const tag of tags) console.log(tag); // red, then green
 * console.log(tags.length, tags.at(-1), tags.toArray()); // 2 green [ "red", "green" ]
 * ```
 */
export class List<T> implements Iterable<T> {
  readonly #view: ListView;
  readonly #element: Element<T>;

  /** Reads the elements of an untyped list. */
  constructor(view: ListView, element: Element<T>) {
    this.#view = view;
    this.#element = element;
  }

  /** Number of elements, as the message declares it; at most the message's size. */
  get length(): number {
    return this.#view.len();
  }

  /** Element i, from the end if negative; `undefined` outside the list, zero if it does not fit. */
  at(i: number): T | undefined {
    const view = this.#view;
    const index = i < 0 ? view.len() + i : i;
    if (!(index >= 0 && index < view.len())) return undefined;
    const { width, zero, read } = this.#element;
    const at = width === 0 ? view.elementAt(index) : view.packedAt(index, width);
    return at < 0 ? zero : read(view.data, at);
  }

  /** The elements, up to the first that does not fit. */
  *[Symbol.iterator](): Iterator<T> {
    const { data, offset } = this.#view;
    const { width, read } = this.#element;
    const count = this.#view.len();
    let at = offset;
    for (let i = 0; i < count; i++) {
      if (at + (width || 4) > data.length) return;
      const end = at + (width || 4 + getU32(data, at));
      if (end > data.length) return;
      yield read(data, at);
      at = end;
    }
  }

  /** All elements as an array, up to the first that does not fit. */
  toArray(): T[] {
    return Array.from(this);
  }
}

/** The list that a slot of a view points at. */
export function list<T>(view: AnyView, offset: number, element: Element<T>): List<T> {
  return new List(listAt(view, offset), element);
}

/** Elements of a list of text. */
export const asText: Element<string> = {
  width: 0,
  zero: "",
  read: (data, at) => readText(data, at + 4, at + 4 + getU32(data, at)),
};

/** Elements of a list of bytes; not copied. */
export const asBytes: Element<Uint8Array> = { width: 0, zero: EMPTY, read: bytesOf };

/** Elements of a list of structs, as views of a class. */
export function asStruct<T>(View: new (data: Uint8Array, offset: number) => T): Element<T> {
  return {
    width: 0,
    zero: new View(EMPTY, 0),
    read: (data, at) => {
      const root = rootOf(bytesOf(data, at));
      return new View(root.data, root.offset);
    },
  };
}

function bytesOf(data: Uint8Array, at: number): Uint8Array {
  return data.subarray(at + 4, at + 4 + getU32(data, at));
}

/** Elements of a packed list of bool. */
export const asBool: Element<boolean> = {
  width: 1,
  zero: false,
  read: (data, at) => data[at] !== 0,
};
/** Elements of a packed list of u8. */
export const asU8: Element<number> = { width: 1, zero: 0, read: (data, at) => data[at]! };
/** Elements of a packed list of i8. */
export const asI8: Element<number> = { width: 1, zero: 0, read: getI8 };
/** Elements of a packed list of u16. */
export const asU16: Element<number> = { width: 2, zero: 0, read: getU16 };
/** Elements of a packed list of i16. */
export const asI16: Element<number> = { width: 2, zero: 0, read: getI16 };
/** Elements of a packed list of u32. */
export const asU32: Element<number> = { width: 4, zero: 0, read: getU32 };
/** Elements of a packed list of i32. */
export const asI32: Element<number> = { width: 4, zero: 0, read: getI32 };
/** Elements of a packed list of u64. */
export const asU64: Element<bigint> = { width: 8, zero: 0n, read: getU64 };
/** Elements of a packed list of i64. */
export const asI64: Element<bigint> = { width: 8, zero: 0n, read: getI64 };
/** Elements of a packed list of f32. */
export const asF32: Element<number> = { width: 4, zero: 0, read: getF32 };
/** Elements of a packed list of f64. */
export const asF64: Element<number> = { width: 8, zero: 0, read: getF64 };
