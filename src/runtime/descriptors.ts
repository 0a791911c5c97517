import { builtin } from "./builtin.ts";

interface FileSystem {
  openSync(path: string, flags: "r"): number;
  closeSync(file: number): void;
}

/** Why no file can be opened, if that is so for want of descriptors; Bun tells no listener. */
export function descriptorFault(): Error | undefined {
  const { openSync, closeSync } = builtin<FileSystem>("node:fs");
  try {
    closeSync(openSync("/dev/null", "r"));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EMFILE" || code === "ENFILE") return error as Error;
  }
  return undefined;
}
