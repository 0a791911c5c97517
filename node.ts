/**
 * For programs that port from `@zap-proto/zap/node`: the same names, on the running runtime's sockets.
 *
 * @module
 */

export * from "./mod.ts";
