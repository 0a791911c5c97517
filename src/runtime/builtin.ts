/** The part of `node:fs` that is used; Deno and Bun have it as well. */
interface FileSystem {
  lstatSync(path: string, options: { throwIfNoEntry: false }): { isSocket(): boolean } | undefined;
  rmSync(path: string, options: { force: true }): void;
}

interface ProcessLike {
  versions?: { node?: string };
  getBuiltinModule?(name: string): unknown;
}

/** A `node:` built-in of the running runtime, loaded when first asked for; throws where there is none. */
export function builtin<T>(name: string): T {
  const process = (globalThis as { process?: ProcessLike }).process;
  const module = process?.getBuiltinModule?.(name);
  if (module === undefined) {
    throw new TypeError(`Cannot load "${name}": this runtime has no process.getBuiltinModule`);
  }
  return module as T;
}

/** `node:fs`, as far as it is used here. */
export function fileSystem(): FileSystem {
  return builtin<FileSystem>("node:fs");
}

/** The version of Node that the runtime is, or claims to be compatible with. */
export function nodeVersion(): string {
  return (globalThis as { process?: ProcessLike }).process?.versions?.node ?? "0";
}
