/**
 * What the parser reads: the text's own structure, with names still unresolved, positions for
 * messages and comments for the formatter.
 *
 * @module
 */

import type { Position } from "./problems.ts";

/** A name and where it stands. */
export interface Name extends Position {
  /** The name. */
  readonly text: string;
}

/** A number and where it stands. */
export interface NumberSyntax extends Position {
  /** Its value; inexact beyond 2^53. */
  readonly value: number;
  /** Its digits. */
  readonly text: string;
}

/** Comments that belong to a node; set when the node is complete. */
export interface Comments {
  /** Lines above it, each a comment or `""` for a blank line. */
  leading: readonly string[];
  /** The comment beside it. */
  trailing: string | undefined;
}

/** No lines. Shared: most nodes have none. */
export const NO_LINES: readonly string[] = [];

/** A type as written. */
export type TypeSyntax =
  | (Name & { readonly kind: "name" })
  | (Position & { readonly kind: "list"; readonly of: TypeSyntax })
  | (Position & { readonly kind: "bytes_fixed"; readonly size: number });

/** A field as written. */
export interface FieldSyntax extends Comments {
  /** Its name. */
  readonly name: Name;
  /** Its type. */
  readonly type: TypeSyntax;
  /** Its `@N`, if it has one. */
  readonly offset: NumberSyntax | undefined;
}

/** A parameter or result as written. */
export interface ParamSyntax {
  /** Its name. */
  readonly name: Name;
  /** Its type's name. */
  readonly type: Name;
}

/** A method as written. */
export interface MethodSyntax extends Comments {
  /** Its name. */
  readonly name: Name;
  /** What stands in its parentheses. */
  readonly param: ParamSyntax | undefined;
  /** What stands in the parentheses after `returns`. */
  readonly result: ParamSyntax | undefined;
}

/** A body in braces or by indentation. */
export interface Block<Item> {
  /** Whether it is in braces. */
  readonly braces: boolean;
  /** What it holds. */
  readonly items: readonly Item[];
  /** Whether a part of it could not be read: then what is missing from it is no mistake. */
  readonly broken: boolean;
  /** The comment beside its header. */
  readonly headComment: string | undefined;
  /** Lines after its last item: comments, and `""` for a blank line. */
  readonly tail: readonly string[];
}

/** `package NAME`. */
export interface PackageSyntax extends Comments {
  /** What it is. */
  readonly kind: "package";
  /** The package's name. */
  readonly name: Name;
}

/** `type NAME = TYPE`. */
export interface AliasSyntax extends Comments {
  /** What it is. */
  readonly kind: "alias";
  /** Its name. */
  readonly name: Name;
  /** What it stands for. */
  readonly type: TypeSyntax;
}

/** `struct NAME`. */
export interface StructSyntax extends Comments {
  /** What it is. */
  readonly kind: "struct";
  /** Its name. */
  readonly name: Name;
  /** Its fields. */
  readonly body: Block<FieldSyntax>;
}

/** `interface NAME`. */
export interface InterfaceSyntax extends Comments {
  /** What it is. */
  readonly kind: "interface";
  /** Its name. */
  readonly name: Name;
  /** Its methods. */
  readonly body: Block<MethodSyntax>;
}

/** A declaration. */
export type Declaration = PackageSyntax | AliasSyntax | StructSyntax | InterfaceSyntax;

/** A whole file. */
export interface FileSyntax {
  /** In order. */
  readonly declarations: readonly Declaration[];
  /** Lines after the last declaration. */
  readonly tail: readonly string[];
  /** `# @openapi:version`, the last one. */
  readonly version: string | undefined;
  /** `# @openapi:server`, all. */
  readonly servers: readonly string[];
}

/** A type as it is written in a schema. */
export function typeText(type: TypeSyntax): string {
  if (type.kind === "list") return `list<${typeText(type.of)}>`;
  return type.kind === "name" ? type.text : `bytes_fixed[${type.size}]`;
}
