/**
 * Classes of views. A hot path, and a long one, on purpose: JavaScriptCore compiles a class, and what
 * makes its views, once a literal, and a class that stands for many structs costs 15 ns a view. So the
 * first fifteen structs of a program have a literal each; those after them share the last
 * (bench/codec.ts, one field).
 */

import { checked, rootOffset } from "../wire/root.ts";
import { StructView } from "../wire/views.ts";

/** A view's class. */
export type ViewClass = new (data: Uint8Array, offset: number) => StructView;

/** The view class of a struct. */
export interface Viewer {
  /** The class. */
  readonly View: ViewClass;
  /** Views the root of a message. */
  readonly view: (bytes: Uint8Array) => StructView;
}

// The name is an accessor, because V8 optimises no construction by a class whose `name` is defined
// afterwards. No `extends`: `super()` costs 3 ns, and 30 in a list on V8.
// deno-fmt-ignore
const LITERALS: readonly ((name: string) => Viewer)[] = [
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
  (name) => { class Own { declare $data: Uint8Array; declare $offset: number; static get name(): string { return name; } constructor(data: Uint8Array, offset: number) { this.$data = data; this.$offset = offset; } } const View = Own as ViewClass; return { View, view: (bytes) => new View(checked(bytes), rootOffset(bytes)) }; },
];

let made = 0;

/** A view class for a struct of this name. */
export function newViewer(name: string): Viewer {
  const viewer = LITERALS[Math.min(made++, LITERALS.length - 1)]!(name);
  Object.setPrototypeOf(viewer.View, StructView);
  Object.setPrototypeOf(viewer.View.prototype, StructView.prototype);
  return viewer;
}
