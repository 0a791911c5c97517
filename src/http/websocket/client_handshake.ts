/** The opening handshake (RFC 6455 §4.1) as a client writes and reads it. @module */

import type { ConnectOptions } from "../../runtime/types.ts";
import { TOKEN } from "./handshake.ts";

/** What a request is made of, as in `WebSocketClientOptions`. */
interface RequestParts {
  readonly connect: ConnectOptions;
  readonly target?: string;
  readonly host?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** RFC 9112 §3.2.1, without what a fragment is. */
const TARGET = /^\/[\x21\x22\x24-\x7e]*$/;

/** RFC 9110 §5.5, without obs-text: bytes that are no ASCII are read differently by everybody. */
const VALUE = /^[\t\x20-\x7e]*$/;

/**
 * The request's head (§4.1).
 *
 * @throws {TypeError} For a target or a header that cannot be sent.
 */
export function requestHead(key: string, options: RequestParts): string {
  const { hostname = "127.0.0.1", port } = options.connect;
  const headers: Record<string, string> = {
    Host: options.host ?? (port === undefined ? "localhost" : `${hostname}:${port}`),
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": key,
    ...(options.protocols?.length
      ? { "Sec-WebSocket-Protocol": options.protocols.join(", ") }
      : {}),
    ...options.headers,
  };
  const { target = "/" } = options;
  if (!TARGET.test(target)) {
    throw new TypeError("Cannot open WebSocket: target must be a path in visible ASCII");
  }
  let head = `GET ${target} HTTP/1.1\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name)) {
      throw new TypeError(`Cannot open WebSocket: "${name}" is no header name`);
    }
    if (!VALUE.test(value)) {
      throw new TypeError(`Cannot open WebSocket: header "${name}" has more than visible ASCII`);
    }
    head += `${name}: ${value}\r\n`;
  }
  return head + "\r\n";
}

/** Where the head ends, its empty line included; 0 if it has not come yet. */
export function headEnd(bytes: Uint8Array): number {
  for (let i = 3; i < bytes.length; i++) {
    if (
      bytes[i] === 10 && bytes[i - 1] === 13 && bytes[i - 2] === 10 && bytes[i - 3] === 13
    ) return i + 1;
  }
  return 0;
}

/** RFC 6455 §4.1, the list "validate the server's response". */
export function readAnswer(
  head: Uint8Array,
  expected: string,
  protocols: readonly string[],
): { protocol: string | undefined } | { fault: string } {
  const [statusLine = "", ...lines] = new TextDecoder("latin1").decode(head).split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) return { fault: "the answer is not HTTP/1.1" };
  if (status !== "101") return { fault: `the server answered ${status}` };
  const headers = new Headers();
  for (const line of lines) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    try {
      headers.append(line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim());
    } catch {
      return { fault: "the answer has a malformed header" };
    }
  }
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") return { fault: "Upgrade is missing" };
  const connection = headers.get("connection")?.toLowerCase().split(",") ?? [];
  if (!connection.some((token) => token.trim() === "upgrade")) {
    return { fault: "Connection: Upgrade is missing" };
  }
  if (headers.get("sec-websocket-accept") !== expected) {
    return { fault: "Sec-WebSocket-Accept does not match the key" };
  }
  if (headers.has("sec-websocket-extensions")) return { fault: "an extension was not asked for" };
  const protocol = headers.get("sec-websocket-protocol") ?? undefined;
  if (protocol !== undefined && !protocols.includes(protocol)) {
    return { fault: "the subprotocol was not asked for" };
  }
  return { protocol };
}
