/** What the sub-commands of `zap cap` have in common. */

import type { ParseArgsConfig } from "node:util";
import type { CliIo } from "./io.ts";
import { parseOptions } from "./parse_options.ts";
import { WordError } from "./cap_values.ts";

/** One sub-command. */
export interface CapCommand {
  /** What it does, in a line. */
  readonly summary: string;
  /** All of `--help`. */
  readonly help: string;
  /** Its options: `text` takes a value, `list` takes one each time, `flag` none. */
  readonly options: Readonly<Record<string, "text" | "list" | "flag">>;
  /** Most files that it takes. */
  readonly maxFiles: number;
  /** Runs it; answers the exit code. */
  run(words: Words, io: CliIo): Promise<number>;
}

/** The parsed words of a command line. */
export class Words {
  readonly #values: Readonly<Record<string, unknown>>;
  /** Words that belong to no option. */
  readonly files: readonly string[];

  private constructor(values: Readonly<Record<string, unknown>>, files: readonly string[]) {
    this.#values = values;
    this.files = files;
  }

  /**
   * Parses words by a command's options.
   *
   * @throws {WordError} For an unknown option or a missing value.
   */
  static parse(args: string[], command: CapCommand): Words {
    const options: NonNullable<ParseArgsConfig["options"]> = {
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    };
    for (const [name, kind] of Object.entries(command.options)) {
      options[name] = { type: kind === "flag" ? "boolean" : "string", multiple: kind === "list" };
    }
    let parsed;
    try {
      parsed = parseOptions(args, options);
    } catch (error) {
      throw new WordError((error as Error).message);
    }
    if (parsed.positionals.length > command.maxFiles) {
      throw new WordError(`too many words: "${parsed.positionals[command.maxFiles]}"`);
    }
    return new Words(parsed.values, parsed.positionals);
  }

  /** Whether an option was given. */
  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The value of an option, if it was given. */
  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }

  /** All values of an option. */
  list(name: string): readonly string[] {
    return (this.#values[name] as string[] | undefined) ?? [];
  }

  /**
   * The value of an option that must be given.
   *
   * @throws {WordError} If it was not.
   */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new WordError(`--${name} is missing`);
    return value;
  }
}

/** A word that must be one of a list. */
export function oneOf<T extends string>(name: string, word: string, known: readonly T[]): T {
  const found = known.find((one) => one === word);
  if (found === undefined) throw new WordError(`--${name} must be one of ${known.join(", ")}`);
  return found;
}
