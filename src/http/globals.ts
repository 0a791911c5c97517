/**
 * The light classes in the place of the runtime's. `serve` does this once a process unless it is
 * told not to: only a `Response` that keeps its body as it was given can be written in one step.
 * What the runtime must see itself (`fetch`, `new Request`) is unwrapped on the way.
 *
 * @module
 */

import { bodyOfStream } from "./light_body.ts";
import { isLightHeaders, LightHeaders } from "./light_headers.ts";
import { isLightRequest, nativeOf } from "./light_request.ts";
import { LightResponse } from "./light_response.ts";
import { nativeFetch, NativeHeaders, NativeRequest, NativeResponse } from "./natives.ts";

let installed = false;

/** Puts the light classes in place; a second call changes nothing. */
export function installLightGlobals(): void {
  if (installed) return;
  installed = true;
  define("Response", LightResponse);
  define("Request", makeRequestClass());
  define("Headers", LightHeaders);
  define("fetch", lightFetch);
}

/** Puts the runtime's own back, for tests. */
export function restoreGlobals(): void {
  if (!installed) return;
  installed = false;
  define("Response", NativeResponse);
  define("Request", NativeRequest);
  define("Headers", NativeHeaders);
  define("fetch", nativeFetch);
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    value,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/** `Request`, whose constructor also takes light requests and light bodies. */
function makeRequestClass(): typeof Request {
  const NativeClass = NativeRequest;
  class Request extends NativeClass {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(isLightRequest(input) ? nativeOf(input) : input, unwrapInit(init));
    }
  }
  Object.defineProperty(Request, Symbol.hasInstance, {
    value: (value: unknown) => value instanceof NativeClass,
  });
  return Request;
}

function lightFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return nativeFetch(isLightRequest(input) ? nativeOf(input) : input, unwrapInit(init));
}

function unwrapInit(init: RequestInit | undefined): RequestInit | undefined {
  if (init === undefined || init === null) return init;
  if (isLightRequest(init)) return unwrapInit(nativeOf(init) as RequestInit);
  const { body, headers } = init;
  const light = body instanceof ReadableStream ? bodyOfStream(body) : undefined;
  const lightHeaders = typeof headers === "object" && isLightHeaders(headers)
    ? [...headers as Headers]
    : undefined;
  if (light === undefined && lightHeaders === undefined) return init;
  return {
    ...init,
    ...(light ? { body: light.nativeStream } : {}),
    ...(lightHeaders ? { headers: lightHeaders } : {}),
  };
}
