/**
 * A client with the types of an `Api`: methods, paths, inputs and answers. It takes nothing of the
 * server but its type, so it runs in a browser without the server's code.
 *
 * @module
 */

/** The routes of an app: `RoutesOf<typeof api>`. */
export type RoutesOf<A> = A extends { readonly routeTypes: infer R } ? R : never;

/** The route of a method and path. */
export type At<R, M extends string, P> = Extract<
  R,
  { readonly method: M | "ALL"; readonly path: P }
>;

/** The paths that a method has. */
export type PathsOf<R, M extends string> = Extract<R, { readonly method: M | "ALL" }> extends
  infer T ? T extends { readonly path: infer P extends string } ? P : never
  : never;

/** The same type, written out. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** What a call is given: required where the route has something without a default. */
export type CallArgs<C> = Flat<
  & { [K in keyof C as C[K] extends undefined ? never : object extends C[K] ? never : K]: C[K] }
  & { [K in keyof C as C[K] extends undefined ? never : object extends C[K] ? K : never]?: C[K] }
  & {
    /** Gives up when it fires: the call rejects with its reason. */
    signal?: AbortSignal;
  }
  & (C extends { readonly headers: undefined } ? OwnHeaders : unknown)
>;

/** Header fields of a call whose route declares none. */
export interface OwnHeaders {
  /** Such as `authorization`; `user_agent` is `user-agent`. */
  headers?: Readonly<Record<string, string>>;
}

/** What is received of a value that was sent as JSON: a date is its text. */
export type JsonOf<T> = 0 extends 1 & T ? T
  : T extends { toJSON(...args: never): infer J } ? JsonOf<J>
  : T extends object ? { [K in keyof T]: JsonOf<T[K]> }
  : T;

/** What a call gets; `unknown` where the handler answers with a `Response` or a helper's result alone. */
export type Received<A> = [A] extends [never] ? unknown : JsonOf<A>;

/** A call's last argument, which may be left out where nothing is required. */
export type Rest<C> = object extends CallArgs<C> ? [call?: CallArgs<C>] : [call: CallArgs<C>];

/** Asks routes of one method. */
export type ClientMethod<R, M extends string> = <P extends PathsOf<R, M>>(
  path: P,
  ...rest: At<R, M, P> extends { readonly call: infer C } ? Rest<C> : never
) => Promise<At<R, M, P> extends { readonly answer: infer A } ? Received<A> : never>;

/** A client of an app. */
export interface ApiClient<R> {
  /** Calls a `GET` route. */
  readonly get: ClientMethod<R, "GET">;
  /** Calls a `POST` route. */
  readonly post: ClientMethod<R, "POST">;
  /** Calls a `PUT` route. */
  readonly put: ClientMethod<R, "PUT">;
  /** Calls a `PATCH` route. */
  readonly patch: ClientMethod<R, "PATCH">;
  /** Calls a `DELETE` route. */
  readonly delete: ClientMethod<R, "DELETE">;
  /** Any request, for what has no types: streams, files, unusual methods. */
  readonly request: (method: string, path: string, call?: UntypedCall) => Promise<Response>;
}

/** A call without types. */
export interface UntypedCall {
  /** Values of the path's parameters; percent-encoded by the client. */
  readonly path?: Readonly<Record<string, unknown>>;
  /** Query parameters; a list is a repeated key. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Header fields; `user_agent` is `user-agent`. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Cookies. A browser sends its own instead. */
  readonly cookies?: Readonly<Record<string, unknown>>;
  /** The body, sent as JSON. */
  readonly body?: unknown;
  /** Form fields; files make it multipart. */
  readonly form?: Readonly<Record<string, unknown>>;
  /** Gives up when it fires: the call rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How a client asks. */
export interface ClientOptions {
  /** What sends the requests. Default the platform's `fetch`. */
  readonly fetch?: (request: Request) => Response | Promise<Response>;
  /** Header fields of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of 400 or more. */
export class ClientError extends Error {
  /** Always `"ClientError"`, but for subclasses. */
  override readonly name: string = "ClientError";
  /** Status of the answer, 400 to 599. */
  readonly status: number;
  /** The body's `detail`, or the body. */
  readonly detail: unknown;
  /** The response; its body has been read. */
  readonly response: Response;

  /** Made by the client. */
  constructor(response: Response, detail: unknown) {
    super(`${response.status} ${typeof detail === "string" ? detail : JSON.stringify(detail)}`);
    this.status = response.status;
    this.detail = detail;
    this.response = response;
  }
}

/**
 * Makes a client.
 *
 * @param base Where the API is: `https://api.example/v1`.
 * @param options How it asks.
 * @returns The client; its methods throw {@linkcode ClientError} for 400 and above.
 * @example
 * ```ts
 * import { Api, int } from "@zap-proto/edge/api";
 * import { client, type RoutesOf } from "@zap-proto/edge/api/client";
 *
 * const api = new Api().get("/users/{id}", { path: { id: int() } }, (c) => ({ id: c.path.id }));
 * const users = client<RoutesOf<typeof api>>("http://localhost", { fetch: api.fetch });
 * const { id } = await users.get("/users/{id}", { path: { id: 7 } });
 * ```
 */
export function client<R>(base: string, options: ClientOptions = {}): ApiClient<R> {
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const request = async (method: string, path: string, call: UntypedCall = {}) =>
    await send(makeRequest(base, method, path, call, options.headers));
  const method = (name: string) => async (path: string, call?: UntypedCall): Promise<unknown> => {
    const response = await request(name, path, call);
    const text = await response.text();
    const isJson = /[/+]json\b/i.test(response.headers.get("content-type") ?? "");
    const failed = response.status >= 400;
    const value: unknown = text === "" ? undefined : isJson ? parseJson(text, failed) : text;
    if (!failed) return value;
    const detail = (value as { readonly detail?: unknown } | undefined)?.detail ?? value;
    throw new ClientError(response, detail);
  };
  return {
    get: method("GET"),
    post: method("POST"),
    put: method("PUT"),
    patch: method("PATCH"),
    delete: method("DELETE"),
    request,
  } as unknown as ApiClient<R>;
}

/** An error's body may be cut off or mislabelled by what is in between; its status counts all the same. */
function parseJson(text: string, failed: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (failed) return text;
    throw error;
  }
}

function makeRequest(
  base: string,
  method: string,
  template: string,
  call: UntypedCall,
  common: Readonly<Record<string, string>> | undefined,
): Request {
  const path = template.replace(
    /\{([^}]+)\}|(?<=\/):([^/]+)|(?<=\/)\*([^/]*)/g,
    (_, a, b, rest) => {
      const name: string = a ?? b ?? (rest === "" ? "rest" : rest);
      const value = call.path?.[name];
      if (value === undefined) {
        throw new TypeError(
          `Cannot call ${template}: path.${name} is missing`,
        );
      }
      const segments = rest === undefined ? [String(value)] : String(value).split("/");
      // A URL takes such segments away, escaped or not: the request would be for another route.
      if (segments.some((each) => /^\.\.?$/.test(each)) || segments.join() === "") {
        throw new TypeError(
          `Cannot call ${template}: path.${name} cannot be ${JSON.stringify(value)}`,
        );
      }
      return segments.map(encodeURIComponent).join("/");
    },
  );
  const query = pairsOf(call.query).map(([key, value]) =>
    `${encodeURIComponent(key)}=${encodeURIComponent(value)}`
  ).join("&");
  const headers = new Headers(common);
  for (const [name, value] of pairsOf(call.headers)) {
    headers.append(name.replaceAll("_", "-"), value);
  }
  const cookies = pairsOf(call.cookies).map(([name, value]) =>
    `${name}=${encodeURIComponent(value)}`
  );
  if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
  const init: RequestInit = { method, headers };
  if (call.signal !== undefined) init.signal = call.signal;
  if (call.body !== undefined) {
    headers.set("content-type", "application/json");
    init.body = JSON.stringify(call.body);
  } else if (call.form !== undefined) init.body = formOf(call.form);
  return new Request(base.replace(/\/$/, "") + path + (query === "" ? "" : `?${query}`), init);
}

function pairsOf(values: Readonly<Record<string, unknown>> | undefined): [string, string][] {
  return Object.entries(values ?? {}).flatMap(([key, value]) =>
    value === undefined || value === null
      ? []
      : [value].flat().map((each): [string, string] => [key, String(each)])
  );
}

function formOf(form: Readonly<Record<string, unknown>>): FormData | URLSearchParams {
  const values = Object.entries(form).flatMap(([key, value]) =>
    value === undefined ? [] : [value].flat().map((each): [string, unknown] => [key, each])
  );
  if (!values.some(([, value]) => value instanceof Blob)) {
    return new URLSearchParams(values.map(([key, value]) => [key, String(value)]));
  }
  const data = new FormData();
  for (const [key, value] of values) {
    if (value instanceof Blob) data.append(key, value);
    else data.append(key, String(value));
  }
  return data;
}
