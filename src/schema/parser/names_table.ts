/** Which names a file declares, and which of them stand in each other's way. */

import { nearestName } from "../../base/options.ts";
import { BUILT_IN_TYPES, identifier, kebab } from "../names.ts";
import { PARSER_LIMITS } from "./limits.ts";
import { type Problems, quote } from "./problems.ts";
import type {
  AliasSyntax,
  Declaration,
  FileSyntax,
  InterfaceSyntax,
  Name,
  StructSyntax,
} from "./syntax.ts";

/** A file's declarations by name, without duplicates. */
export interface NamesTable {
  /** Aliases and structs: one name cannot be both. */
  readonly types: ReadonlyMap<string, AliasSyntax | StructSyntax>;
  /** Interfaces. */
  readonly interfaces: readonly InterfaceSyntax[];
}

/** Collects the names of a file, and reports duplicates and reserved names. */
export function collectNames(syntax: FileSyntax, problems: Problems): NamesTable {
  const types = new Map<string, AliasSyntax | StructSyntax>();
  const interfaces: InterfaceSyntax[] = [];
  const structs = new Unique(problems, identifier, "generated name", "struct");
  const paths = new Unique(problems, kebab, "path", "interface");
  let packageName: Name | undefined;
  for (const declaration of syntax.declarations) {
    const { kind, name } = declaration;
    if (name.text === "") continue;
    if (kind !== "package" && name.text === "__proto__") {
      refuseProto(kind, name, problems);
    } else if (kind === "package") {
      if (packageName) {
        const message = `Duplicate package ${quote(name.text)}: the file is package ` +
          `${quote(packageName.text)} since line ${packageName.line}`;
        problems.add("duplicate", name, message);
      }
      packageName ??= name;
    } else if (kind === "interface") {
      refusePathless(kind, name, problems);
      if (paths.add(name)) interfaces.push(declaration);
    } else if (BUILT_IN_TYPES.includes(name.text)) {
      problems.add(
        "reserved_name",
        name,
        `Expected another name for ${title(declaration)}: it is a built-in type`,
      );
    } else {
      const other = types.get(name.text);
      if (other) {
        const what = other.kind === kind ? "it too" : title(other);
        const message = `Duplicate ${title(declaration)}: line ${other.name.line} declares ${what}`;
        problems.add("duplicate", name, message);
      } else if (kind === "alias" || structs.add(name)) {
        types.set(name.text, declaration);
      }
    }
  }
  return { types, interfaces };
}

/** Reports `__proto__`, which JavaScript keeps: as a property's name it sets the prototype. */
export function refuseProto(role: string, name: Name, problems: Problems): void {
  const message = `Expected another name for ${role} "__proto__": JavaScript gives it a meaning`;
  problems.add("reserved_name", name, message);
}

/** Reports a name that leaves nothing in a path: underscores alone. */
export function refusePathless(role: string, name: Name, problems: Problems): void {
  if (kebab(name.text) !== "") return;
  const message = `Expected a letter or digit in the name of ${role} ${quote(name.text)}, ` +
    "found none: its path would be empty";
  problems.add("reserved_name", name, message);
}

/** A declaration as messages name it: `struct "Note"`. */
export function title(declaration: Declaration): string {
  return `${declaration.kind} ${quote(declaration.name.text)}`;
}

/** Refuses a second name that becomes the same. */
export class Unique {
  readonly #problems: Problems;
  readonly #become: (name: string) => string;
  readonly #what: string;
  readonly #role: string;
  readonly #owner: string;
  readonly #seen = new Map<string, Name>();

  /**
   * Names are compared as `become` gives them. For the message: `what` that gives, the `role` of
   * what is named, and its `owner`.
   */
  constructor(
    problems: Problems,
    become: (name: string) => string,
    what: string,
    role: string,
    owner = "",
  ) {
    this.#problems = problems;
    this.#become = become;
    this.#what = what;
    this.#role = role;
    this.#owner = owner;
  }

  /** Whether the name is new; reports it if not. */
  add(name: Name): boolean {
    const key = this.#become(name.text);
    const other = this.#seen.get(key);
    if (!other) {
      this.#seen.set(key, name);
      return true;
    }
    const why = other.text === name.text
      ? `line ${other.line} declares it too`
      : `${quote(other.text)} in line ${other.line} has the same ${this.#what} ${quote(key)}`;
    const message = `Duplicate ${this.#role} ${quote(name.text)}${this.#owner}: ${why}`;
    this.#problems.add("duplicate", name, message);
    return false;
  }
}

/** `: did you mean "text"?`, or nothing. */
export function suggestion(name: string, names: Iterable<string>, problems: Problems): string {
  const limits = PARSER_LIMITS;
  if (problems.size > limits.suggestions || name.length > limits.suggestionCharacters) return "";
  // One letter is near to every other one.
  if (name.length < 2) return "";
  const candidates = [...BUILT_IN_TYPES];
  for (const candidate of names) {
    if (candidates.length >= limits.suggestionNames) break;
    if (candidate.length <= limits.suggestionCharacters) candidates.push(candidate);
  }
  const near = nearestName(name, candidates);
  return near === undefined ? "" : `: did you mean ${quote(near)}?`;
}
