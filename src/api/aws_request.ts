import type { AwsEvent } from "./aws_types.ts";

/**
 * The request that an event describes.
 *
 * @param event The event.
 * @param basePath A prefix to take off the path.
 * @returns The request.
 * @throws {TypeError} For an event of another kind.
 */
export function requestOf(event: AwsEvent, basePath: string | undefined): Request {
  const isV2 = event.rawPath !== undefined;
  const method = isV2 ? event.requestContext?.http?.method : event.httpMethod;
  const rawPath = event.rawPath ?? event.path;
  if (method === undefined || rawPath === undefined) {
    throw new TypeError(
      "Cannot read event: it is from no API Gateway, Function URL or load balancer",
    );
  }
  const headers = requestHeaders(event);
  const stage = isV2 ? event.requestContext?.stage : undefined;
  const path = withoutPrefix(
    withoutPrefix(rawPath, stage === undefined || stage === "$default" ? undefined : `/${stage}`),
    basePath,
  );
  const host = [headers.get("host"), event.requestContext?.domainName].find(isHost) ?? "localhost";
  const query = isV2 ? event.rawQueryString ?? "" : queryOf(event);
  const url = `https://${host}${encodePath(path)}${
    query === "" ? "" : `?${query.replaceAll("#", "%23")}`
  }`;
  const init: RequestInit = { method, headers };
  if (event.body != null && method !== "GET" && method !== "HEAD") {
    const bytes = event.isBase64Encoded
      ? Uint8Array.from(atob(event.body), (char) => char.charCodeAt(0))
      : new TextEncoder().encode(event.body);
    headers.set("content-length", String(bytes.length));
    init.body = bytes;
  }
  const request = new Request(url, init);
  // A runtime may take a method that it does not know for GET.
  if (request.method.toUpperCase() !== method.toUpperCase()) {
    throw new TypeError(`Cannot read event: this runtime has no method "${method}"`);
  }
  return request;
}

/** Whether a text is a host and nothing else: what has a `/`, `?`, `#` or `@` would move the path. */
function isHost(text: string | null | undefined): text is string {
  return text != null && /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/.test(text) &&
    URL.canParse(`https://${text}`);
}

function withoutPrefix(path: string, prefix: string | undefined): string {
  if (prefix === undefined || prefix === "/" || !path.startsWith(prefix)) return path;
  const rest = path.slice(prefix.length);
  return rest === "" ? "/" : rest.startsWith("/") ? rest : path;
}

/** Some events have the path decoded, some as it came; what is a valid escape stays, the rest is encoded. */
function encodePath(path: string): string {
  const safe = path.replace(/%(?![0-9a-fA-F]{2})/g, "%25").replace(
    /[^\x21-\x7e]+|["#<>?\\^`{|}]/gu,
    (text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")),
  );
  return safe.startsWith("/") ? safe : `/${safe}`;
}

function requestHeaders(event: AwsEvent): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    for (const value of values ?? []) headers.append(name, toBytes(value));
  }
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (value != null && !headers.has(name)) headers.set(name, toBytes(value));
  }
  if (event.cookies !== undefined && event.cookies.length > 0) {
    headers.set("cookie", toBytes(event.cookies.join("; ")));
  } else if (event.multiValueHeaders != null && headers.has("cookie")) {
    // `Headers` joins with commas; cookies are joined with semicolons (RFC 6265 §5.4).
    const all = Object.entries(event.multiValueHeaders)
      .flatMap(([name, values]) => name.toLowerCase() === "cookie" ? values ?? [] : []);
    headers.set("cookie", toBytes(all.join("; ")));
  }
  return headers;
}

/** Lambda decodes header bytes as UTF-8; on the web they are bytes again. */
function toBytes(value: string): string {
  // deno-lint-ignore no-control-regex -- ASCII is what needs nothing
  if (/^[\x00-\x7f]*$/.test(value)) return value;
  return Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join("");
}

function queryOf(event: AwsEvent): string {
  // A load balancer gives keys and values as they came, the gateway decodes them.
  const encode = event.requestContext?.elb === undefined
    ? encodeURIComponent
    : (text: string) => text;
  const many = event.multiValueQueryStringParameters;
  const pairs = many != null
    ? Object.entries(many).flatMap(([key, values]) => (values ?? []).map((value) => [key, value]))
    : Object.entries(event.queryStringParameters ?? {}).map(([key, value]) => [key, value ?? ""]);
  return pairs.map(([key, value]) => `${encode(key!)}=${encode(value!)}`).join("&");
}
