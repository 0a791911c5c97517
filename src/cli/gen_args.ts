/** The words of a zapgen command line. */

import type { TypescriptOptions } from "../gen/typescript.ts";
import { unknownOption } from "./parse_options.ts";

/** What zapgen is to do. */
export interface GenOptions {
  /** Schema files. */
  readonly files: readonly string[];
  /** Folder for outputs; default: each file's. */
  readonly out?: string;
  /** What to write. */
  readonly emit: readonly ("ts" | "openapi")[];
  /** How TypeScript is generated. */
  readonly typescript: TypescriptOptions;
  /** Whether to stay and write again after changes. */
  readonly watch: boolean;
  /** Only show this. */
  readonly show?: "help" | "version";
}

const VALUED = ["out", "emit", "runtime", "list-scalars"];
const KNOWN = { out: 0, emit: 0, runtime: 0, "list-scalars": 0, watch: 0, version: 0, help: 0 };

/** Reads the words; answers what is wrong with them as a text. Options may have one dash or two. */
export function parseGenArgs(args: readonly string[]): GenOptions | string {
  const files: string[] = [];
  const values = new Map<string, string>();
  let watch = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === "--") {
      files.push(...args.slice(i + 1));
      break;
    }
    const match = /^--?([a-z][a-z-]*)(?:=(.*))?$/s.exec(word);
    if (!match) {
      if (word.startsWith("-")) return unknownOption(word, KNOWN);
      files.push(word);
      continue;
    }
    const [, name, inline] = match;
    if (VALUED.includes(name!)) {
      const value = inline ?? args[++i];
      if (value === undefined || value === "") return `${word.split("=")[0]} needs a value`;
      values.set(name!, value);
    } else if (inline !== undefined) {
      return Object.hasOwn(KNOWN, name!)
        ? `--${name} takes no value`
        : unknownOption(`--${name}`, KNOWN);
    } else if (name === "h" || name === "help") {
      return { files, emit: [], typescript: {}, watch, show: "help" };
    } else if (name === "version") {
      return { files, emit: [], typescript: {}, watch, show: "version" };
    } else if (name === "watch") {
      watch = true;
    } else {
      return unknownOption(word, KNOWN);
    }
  }
  if (files.length === 0) return "no schema file given";
  return withValues(files, watch, values);
}

function withValues(
  files: readonly string[],
  watch: boolean,
  values: ReadonlyMap<string, string>,
): GenOptions | string {
  const emit = [...new Set((values.get("emit") ?? "ts").split(",").map((word) => word.trim()))];
  const wrong = emit.find((word) => word !== "ts" && word !== "openapi");
  if (wrong !== undefined) return `cannot emit "${wrong}": known are ts and openapi`;
  const listScalars = values.get("list-scalars") ?? "packed";
  if (listScalars !== "packed" && listScalars !== "element") {
    return `unknown value "${listScalars}" of --list-scalars: known are packed and element`;
  }
  const [out, runtime] = [values.get("out"), values.get("runtime")];
  return {
    files,
    watch,
    emit: emit as GenOptions["emit"],
    typescript: { listScalars, ...(runtime !== undefined && { runtime }) },
    ...(out !== undefined && { out }),
  };
}
