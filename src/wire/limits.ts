/** Bounds of the codec, with a reason each (docs: wire.md, "Limits"). */

/**
 * Bytes of a slab, from which encoded messages are cut. One allocation off the heap serves hundreds
 * of small messages; larger slabs were measured to be slower, because the collector frees them later.
 */
export const SLAB_BYTES = 65_536;

/**
 * Largest estimate that is served from a slab; beyond it a message is written to a scratch buffer
 * and copied, so that a slab is not left half empty.
 */
export const SLAB_MESSAGE_BYTES = 16_384;

/**
 * Largest estimate whose message is copied to memory of its own on JavaScriptCore, where that costs
 * less than a part of a slab; larger ones were measured to cost more.
 */
export const OWNED_MESSAGE_BYTES = 256;

/** Largest scratch buffer that is kept between messages. A larger one is the collector's. */
export const SCRATCH_BYTES = 1_048_576;

/**
 * Depth of structs within structs that `decode` follows; what lies deeper reads as null. Deep enough
 * for trees that people write, shallow enough for the smallest call stack.
 */
export const MAX_DEPTH = 64;

/**
 * How many times its own length a message may be read in one `decode`. An honest message is read
 * once; pointers that share or circle would otherwise cost exponential work. Beyond it everything
 * reads as the zero value.
 */
export const READ_FACTOR = 4;

/** Room that a small message gets on top, so that null objects and short sections still read. */
export const READ_FLOOR = 4_096;

/**
 * Longest stretch of an object's texts that is read by one call. A text that is kept may keep the
 * stretch's other characters with it, so it is short.
 */
export const TEXT_RUN_BYTES = 512;

/**
 * Largest message that `decode` copies before it reads. A copy costs 15 ns and a little more by its
 * size, a `DataView` of memory that has none 25 to 65.
 */
export const COPIED_BYTES = 2_048;

/** Up to this many elements an array is made at its length; beyond, a hostile count would reserve memory. */
export const EXACT_ARRAY_MAX = 16;
