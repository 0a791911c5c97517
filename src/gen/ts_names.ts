/** Identifiers of a generated file: declared names first, then what is derived, then imports. */

import type { Interface, Schema } from "../schema/model.ts";
import { identifier, lowerFirst, upperFirst } from "../schema/names.ts";

/** Words that cannot name a value, a class, or a type. */
const WORDS: readonly string[] = (
  "arguments await break case catch class const continue debugger default delete do else enum " +
  "eval export extends false finally for function if implements import in instanceof interface " +
  "let new null package private protected public return static super switch this throw true try " +
  "typeof var void while with yield async of type any unknown never string number boolean bigint " +
  "symbol object undefined abstract asserts constructor declare global infer intrinsic is keyof " +
  "module namespace out readonly satisfies unique"
).split(" ");

/**
 * Globals and local variables that generated code means by their names; `Array`, whose constructor
 * linters refuse.
 */
const USED: readonly string[] = (
  "Array Uint8Array DataView Promise Readonly Record at base bound buffer bytes call cap channel end envelope item " +
  "offset options promise root start stop value view"
).split(" ");

/** Names of what is generated for a struct. */
export interface StructNames {
  readonly view: string;
  readonly base: string;
  readonly input: string;
  readonly value: string;
  readonly create: string;
  readonly encodeInto: string;
  readonly decode: string;
  readonly bound: string;
  readonly put: string;
  readonly write: string;
  readonly slots: string;
  readonly texts: string;
  readonly fields: string;
  readonly read: string;
  readonly element: string;
}

/** Names of what is generated for an interface. */
export interface ServiceNames {
  readonly methods: string;
  readonly client: string;
  readonly server: string;
  readonly descriptor: string;
}

/**
 * The names of one generated file. A name that is taken gets a `_` behind it; the same schema
 * always gets the same names.
 */
export class FileNames {
  readonly #taken = new Set<string>([...WORDS, ...USED]);
  readonly #structs = new Map<string, StructNames>();
  readonly #services = new Map<string, ServiceNames>();
  readonly #imports = new Map<string, { local: string; typeOnly: boolean }>();
  /** Names of the file itself, which a parameter must not hide. */
  readonly #declared = new Set<string>(WORDS);
  readonly #primitives = new Map<string, string>();

  /** Chooses the names of all that a schema declares. */
  constructor(schema: Schema) {
    const views = schema.structs.map(({ name }) => [name, this.#free(identifier(name))] as const);
    for (const [name, view] of views) this.#structs.set(name, this.#structNames(name, view));
    for (const { name } of schema.interfaces) this.#services.set(name, this.#serviceNames(name));
  }

  #free(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name)) name += "_";
    this.#taken.add(name);
    this.#declared.add(name);
    return name;
  }

  #structNames(declared: string, view: string): StructNames {
    const name = identifier(declared);
    const upper = upperFirst(name);
    return {
      view,
      base: this.#free(`base${upper}`),
      input: this.#free(`${name}Input`),
      value: this.#free(`${name}Value`),
      create: this.#free(`new${upper}`),
      encodeInto: this.#free(`encode${upper}Into`),
      decode: this.#free(`decode${upper}`),
      bound: this.#free(`bound${upper}`),
      put: this.#free(`put${upper}`),
      write: this.#free(`write${upper}`),
      slots: this.#free(`slots${upper}`),
      texts: this.#free(`texts${upper}`),
      fields: this.#free(`fields${upper}`),
      read: this.#free(`read${upper}`),
      element: this.#free(`as${upper}`),
    };
  }

  #serviceNames(declared: string): ServiceNames {
    const name = identifier(declared);
    return {
      methods: this.#free(`${name}Method`),
      client: this.#free(`${name}Client`),
      server: this.#free(`${name}Server`),
      descriptor: this.#free(`${lowerFirst(name)}Service`),
    };
  }

  /** Names for a struct of the schema. */
  struct(name: string): StructNames {
    return this.#structs.get(name)!;
  }

  /** Names for an interface of the schema. */
  service(name: string): ServiceNames {
    return this.#services.get(name)!;
  }

  /** A parameter's name in a method that has some of its `own`. */
  parameter(name: string, own: readonly string[]): string {
    let parameter = lowerFirst(name);
    while (this.#declared.has(parameter) || own.includes(parameter)) parameter += "_";
    return parameter;
  }

  /** The local name of something imported from the runtime. */
  use(name: string): string {
    return this.#use(name, false);
  }

  /** The local name of a type imported from the runtime. */
  useType(name: string): string {
    return this.#use(name, true);
  }

  #use(name: string, typeOnly: boolean): string {
    const known = this.#imports.get(name);
    if (known) {
      known.typeOnly &&= typeOnly;
      return known.local;
    }
    const local = this.#free(name);
    this.#imports.set(name, { local, typeOnly });
    return local;
  }

  /**
   * The local name of one of `codec`'s functions. In a binding of its own, because bundlers read a
   * property of a namespace by a call, which keeps V8 from putting the function in line.
   */
  primitive(name: string): string {
    const known = this.#primitives.get(name);
    if (known !== undefined) return known;
    this.use("codec");
    const local = this.#free(name);
    this.#primitives.set(name, local);
    return local;
  }

  /** What is taken out of `codec`, sorted. */
  primitives(): string[] {
    return [...this.#primitives].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([name, local]) => local === name ? name : `${name}: ${local}`);
  }

  /** What the import statement names, sorted. */
  imports(): string[] {
    return [...this.#imports].sort(([a], [b]) => a.toLowerCase() < b.toLowerCase() ? -1 : 1)
      .map(([name, { local, typeOnly }]) =>
        (typeOnly ? "type " : "") + (local === name ? name : `${name} as ${local}`)
      );
  }
}

/**
 * What every object has: lint rules keep its use by name for objects' own. And `then`, which would
 * make a promise of whatever has it: `await client` would call the method.
 */
const OBJECT_METHODS: readonly string[] = [
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "then",
];

/** Names of a service's methods in a class, by declared name; those of the class itself are taken. */
export function memberNames(
  service: Interface,
  own: readonly string[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const kept = [...own, ...OBJECT_METHODS];
  const taken = new Set([...kept, ...service.methods.map(({ name }) => lowerFirst(name))]);
  for (const { name } of service.methods) {
    let member = lowerFirst(name);
    if (kept.includes(member)) {
      while (taken.has(member)) member += "_";
      taken.add(member);
    }
    names.set(name, member);
  }
  return names;
}
