/** Bounds of the JSON mapping, with a reason each (docs: wire.md, "Limits"). */

/** Faults that are collected; a hostile list of a million wrong elements must not become an answer of a million lines. */
export const MAX_JSON_ISSUES = 100;

/** Structs within structs. The same as in `decode`, so that what is read as JSON can be read back. */
export const MAX_JSON_DEPTH = 64;

/** Characters of an unknown key that are repeated in a message or pointer. */
export const MAX_KEY_ECHO = 64;
