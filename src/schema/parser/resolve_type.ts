/** Names of types to types. */

import { BUILT_IN_TYPES } from "../names.ts";
import type { ScalarKind, Type } from "../model.ts";
import { type NamesTable, suggestion } from "./names_table.ts";
import { type Problems, quote } from "./problems.ts";
import { elementsOf } from "./parse_type.ts";
import { type AliasSyntax, type TypeSyntax, typeText } from "./syntax.ts";

/** Resolves types of one file. */
export class TypeResolver {
  readonly #names: NamesTable;
  readonly #problems: Problems;
  /** Aliases resolved so far; `undefined` for one whose problem has been reported. */
  readonly #aliases = new Map<AliasSyntax, Type | undefined>();
  /** Aliases that are being resolved: meeting one of them again is a circle. */
  readonly #open = new Set<AliasSyntax>();

  /** Resolves with the names of a file. */
  constructor(names: NamesTable, problems: Problems) {
    this.#names = names;
    this.#problems = problems;
  }

  /**
   * The type that is meant; `undefined` where a problem has been reported.
   *
   * @param role What has the type, and `name` its name, for the message.
   */
  resolve(type: TypeSyntax, role: string, name: string, nested = false): Type | undefined {
    if (type.kind === "bytes_fixed") return { kind: "bytes_fixed", size: type.size };
    if (type.kind === "list") {
      const of = nested ? undefined : this.resolve(type.of, role, name, true);
      if (of && of.kind !== "list") return { kind: "list", of };
      if (of || nested) this.#refuseNested(type.of, role, name);
      return undefined;
    }
    if (BUILT_IN_TYPES.includes(type.text)) {
      return { kind: type.text as ScalarKind | "text" | "bytes" };
    }
    const declared = this.#names.types.get(type.text);
    if (declared?.kind === "struct") return { kind: "struct", name: type.text };
    if (declared) return this.alias(declared, nested);
    const hint = suggestion(type.text, this.#names.types.keys(), this.#problems);
    this.#problems.add(
      "unknown_type",
      type,
      `Unknown type ${quote(type.text)} of ${role} ${quote(name)}${hint}`,
    );
    return undefined;
  }

  /** What an alias stands for. A chain of aliases is followed in a loop: it may be long. */
  alias(alias: AliasSyntax, nested = false): Type | undefined {
    const chain: AliasSyntax[] = [];
    let at = alias;
    let type: Type | undefined;
    for (;;) {
      if (this.#aliases.has(at)) {
        type = this.#aliases.get(at);
        break;
      }
      if (this.#open.has(at)) {
        const message = `Alias ${
          quote(at.name.text)
        } contains itself: use a struct, which is a pointer`;
        this.#problems.add("recursion", at.name, message);
        break;
      }
      this.#open.add(at);
      chain.push(at);
      const next = at.type.kind === "name" ? this.#names.types.get(at.type.text) : undefined;
      if (next?.kind !== "alias") {
        type = this.resolve(at.type, "alias", at.name.text, nested);
        break;
      }
      at = next;
    }
    for (const passed of chain) {
      this.#open.delete(passed);
      this.#aliases.set(passed, type);
    }
    return type;
  }

  #refuseNested(type: TypeSyntax, role: string, name: string): void {
    const found = quote(typeText(type));
    this.#problems.add("nested_list", type, `Expected ${elementsOf(role, name)}, found ${found}`);
  }
}
