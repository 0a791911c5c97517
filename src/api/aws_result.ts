import { reasonPhrase } from "./http_error.ts";
import type { AwsEvent, AwsResult } from "./aws_types.ts";

/**
 * What Lambda is answered for a response.
 *
 * @param event The event that asked: its kind decides the shape.
 * @param response The response.
 * @param isText Which content types are text.
 * @returns The result.
 */
export async function resultOf(
  event: AwsEvent,
  response: Response,
  isText: (contentType: string) => boolean = isTextType,
): Promise<AwsResult> {
  const { headers, cookies } = headersOf(response);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const encoded = response.headers.get("content-encoding");
  const asText = bytes.length === 0 ||
    ((encoded === null || encoded === "identity") &&
      isText(response.headers.get("content-type") ?? ""));
  const text = asText ? decodeExactly(bytes) : undefined;
  const base = {
    statusCode: response.status,
    body: text ?? toBase64(bytes),
    isBase64Encoded: text === undefined,
  };
  if (event.rawPath !== undefined) return { ...base, headers, cookies };
  const isAlb = event.requestContext?.elb !== undefined;
  const statusDescription = `${response.status} ${reasonPhrase(response.status)}`;
  const described = isAlb ? { ...base, statusDescription } : base;
  if (isAlb && event.multiValueHeaders == null) {
    // Header names in different case are how several cookies pass a load balancer without multi-value headers.
    for (const [i, cookie] of cookies.entries()) headers[caseOf("set-cookie", i)] = cookie;
    return { ...described, headers };
  }
  const multiValueHeaders: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(headers)) multiValueHeaders[name] = [value];
  if (cookies.length > 0) multiValueHeaders["set-cookie"] = cookies;
  return { ...described, multiValueHeaders };
}

/** Header fields, and the cookies aside: they must not be joined. */
export function headersOf(response: Response): {
  headers: Record<string, string>;
  cookies: string[];
} {
  const headers: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    if (name !== "set-cookie") headers[name] = value;
  });
  return { headers, cookies: response.headers.getSetCookie() };
}

/** The text, if these very bytes come of it again. */
function decodeExactly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isTextType(contentType: string): boolean {
  const [essence, ...parameters] = contentType.toLowerCase().split(";").map((part) => part.trim());
  const charset = parameters.find((each) => each.startsWith("charset="))?.slice(8).replaceAll(
    '"',
    "",
  );
  if (charset !== undefined && charset !== "utf-8" && charset !== "us-ascii") return false;
  return /^text\/|[/+](?:json|xml)$|^application\/(?:javascript|x-www-form-urlencoded|x-ndjson)$/
    .test(essence!);
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/** The nth way to write a name in upper and lower case. */
function caseOf(name: string, n: number): string {
  let bit = 0;
  return name.replace(/[a-z]/g, (char) => (n >> bit++) & 1 ? char.toUpperCase() : char);
}
