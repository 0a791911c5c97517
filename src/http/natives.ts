/** The runtime's own classes, kept before `serve` may put light ones in their place. @module */

/** The runtime's `Response`. */
export const NativeResponse: typeof Response = globalThis.Response;
/** The runtime's `Request`. */
export const NativeRequest: typeof Request = globalThis.Request;
/** The runtime's `Headers`. */
export const NativeHeaders: typeof Headers = globalThis.Headers;
/** The runtime's `fetch`. */
export const nativeFetch: typeof fetch = globalThis.fetch;
