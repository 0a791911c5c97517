/** How one runtime is started. */
export interface RuntimeCommand {
  /** Path or name of its program. */
  readonly program: string;
  /** Arguments that stand before the file to run. */
  readonly run: readonly string[];
}

/** The three runtimes by name. */
export const RUNTIMES: Readonly<
  Record<"deno" | "bun" | "node", RuntimeCommand>
>;
