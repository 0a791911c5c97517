/**
 * How names of a schema become names elsewhere (spec: schema.md, "Rules", "OpenAPI 3.1"). One file,
 * so that generated code, JSON and paths agree.
 *
 * @module
 */

/** The names of the built-in types. */
export const BUILT_IN_TYPES: readonly string[] = [
  "bool",
  "u8",
  "u16",
  "u32",
  "u64",
  "i8",
  "i16",
  "i32",
  "i64",
  "f32",
  "f64",
  "text",
  "bytes",
  "bytes_fixed",
  "list",
];

/** A property's name: the declared name with its first letter in lower case, as in JSON. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** With its first letter in upper case. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A generated identifier: the declared name without its dots (`Echo.Req` → `EchoReq`). */
export function identifier(name: string): string {
  return name.replaceAll(".", "");
}

/** A path segment: `HTTPServer` → `http-server`, `createDocument` → `create-document`, `Echo.Req` → `echo-req`. */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    // Not by a run of capitals before it, which takes the square of its length to find.
    .replace(/([A-Z])(?=[A-Z][a-z])/g, "$1-")
    .replace(/[._-]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
}

/** The HTTP path of an interface's method: `/<interface-kebab>/<method-kebab>`. */
export function methodPath(service: string, method: string): string {
  return `/${kebab(service)}/${kebab(method)}`;
}
