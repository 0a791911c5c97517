/**
 * For programs that port from `@zap-proto/zap/node`: the same names (`ZapClient`, `pipeline`,
 * `assertOK`, the codec), on the running runtime's sockets.
 *
 * @example
 * ```ts ignore
 * import { assertOK, ZapClient } from "@zap-proto/edge/node";
 *
 * const client = await ZapClient.connect({ host: "127.0.0.1", port: 9999 }, capability);
 * const { body } = assertOK(await client.call(1), "Read settings");
 * client.close();
 * ```
 *
 * @module
 */

export * from "./mod.ts";
export * from "./src/rpc/mod.ts";
export { type AppendedFile, openAppendFile } from "./src/runtime/append_file.ts";
export { connectRedis, type RedisConnection } from "./src/runtime/redis_socket.ts";
export type { RedisValue } from "./src/runtime/redis_reply.ts";
