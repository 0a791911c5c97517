/** Reads a command's words, and says in one line what is wrong with them. */

import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearestName } from "../base/options.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The options' values by name, and the words that belong to none. */
export type ParsedOptions<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: T }>
>;

/**
 * Reads words by `node:util`'s `parseArgs`. What a user gets wrong is found before, because the
 * runtimes' messages differ, and none of them names the option that was meant.
 *
 * @throws {TypeError} For the first word that is wrong.
 */
export function parseOptions<const T extends Options>(
  args: string[],
  options: T,
): ParsedOptions<T> {
  for (let i = 0; i < args.length && args[i] !== "--"; i++) {
    const word = args[i]!;
    const [, name, value] = /^--([^=]+)(=.*)?$/s.exec(word) ?? [];
    if (name === undefined) {
      if (/^-./.test(word) && word !== "-h") throw new TypeError(unknownOption(word, options));
      continue;
    }
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) throw new TypeError(unknownOption(`--${name}`, options));
    if (option.type === "boolean") {
      if (value !== undefined) throw new TypeError(`--${name} takes no value`);
    } else if (value === undefined) {
      const next = args[++i];
      if (next === undefined || /^-./.test(next)) {
        throw new TypeError(`--${name} needs a value, as in --${name}=VALUE`);
      }
    }
  }
  return parseArgs({ args, allowPositionals: true, options });
}

/** What to say of an option that a command does not have; `known` has its options as keys. */
export function unknownOption(word: string, known: object): string {
  const near = nearestName(word.replace(/^-+/, ""), Object.keys(known));
  return `unknown option ${word}${near === undefined ? "" : `: did you mean --${near}?`}`;
}
