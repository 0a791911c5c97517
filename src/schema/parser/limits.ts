/**
 * Every limit of the `.zap` parser, with its reason. The size limits of a struct are the format's
 * own: `MAX_STRUCT_BYTES` in `../model.ts`.
 *
 * @module
 */

/** The table of limits. */
export const PARSER_LIMITS: Readonly<{
  problems: number;
  quotedCharacters: number;
  suggestions: number;
  suggestionNames: number;
  suggestionCharacters: number;
}> = {
  /** Problems that are kept of one file: more than anyone reads, few enough for a file of noise. */
  problems: 1000,
  /** Characters of the text that a message quotes: a line of noise must not fill the terminal. */
  quotedCharacters: 40,
  /** Problems of a file that get a "did you mean": comparing names costs far more than reading them. */
  suggestions: 50,
  /** Names that a suggestion is sought among, for the same reason. */
  suggestionNames: 500,
  /** Characters of a name that takes part in it: the cost grows with the square. */
  suggestionCharacters: 64,
};
