/** The opening handshake (RFC 6455 §4), as values: what a request must say, what the answer says. @module */

/** §1.3: what the accept key is made with. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** RFC 9110 §5.6.2: what names a header or a subprotocol. */
export const TOKEN: RegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Base64 of 16 bytes (§4.1): 22 characters and two of padding; the 22nd carries four bits that must be 0. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** RFC 9110 §15.5.22 and §7.8: what a 426 says of the protocol to change to. */
const UPGRADE: HandshakeRefusal["headers"] = [["Upgrade", "websocket"], ["Connection", "Upgrade"]];

/** What a server wants of a handshake. */
export interface HandshakePolicy {
  /** Subprotocols the server speaks; the client's first that is among them is chosen. Default none. */
  readonly protocols?: readonly string[];
  /**
   * Origins (`https://example.com`) whose pages may connect, or `"any"`. Default: the origin's host
   * must be the request's `Host`, because browsers send cookies across sites and no preflight.
   * Clients that send no `Origin` are no browsers and pass.
   */
  readonly origins?: readonly string[] | "any";
  /** Agrees to permessage-deflate if the client offers it (RFC 7692). Default `false`: refused. */
  readonly deflate?: boolean;
}

/** A handshake that may be answered with 101. */
export interface HandshakeOffer {
  /** The client's key. */
  readonly key: string;
  /** The subprotocol chosen, or `undefined`. */
  readonly protocol: string | undefined;
  /** Whether permessage-deflate was agreed on. */
  readonly deflate: boolean;
}

/** Why a handshake was refused, as an HTTP answer. */
export interface HandshakeRefusal {
  /** 400, 403, 405 or 426. */
  readonly status: number;
  /** What is wrong. */
  readonly reason: string;
  /** Headers the answer needs. */
  readonly headers: readonly (readonly [string, string])[];
}

/** The part of `Headers` that is read here. */
export interface HeaderReader {
  /** The value, several joined with `, `; `null` where there is none. */
  get(name: string): string | null;
}

/** Whether the request asks for a WebSocket at all; anything else is a plain request. */
export function wantsWebSocket(headers: HeaderReader): boolean {
  return hasToken(headers.get("upgrade"), "websocket");
}

/**
 * Checks a request (§4.2.1).
 *
 * @returns What to answer with 101, or why not.
 */
export function checkHandshake(
  method: string,
  headers: HeaderReader,
  policy: HandshakePolicy = {},
): HandshakeOffer | HandshakeRefusal {
  if (method !== "GET") return refusal(405, "A WebSocket opens with GET", [["Allow", "GET"]]);
  if (!wantsWebSocket(headers) || !hasToken(headers.get("connection"), "upgrade")) {
    return refusal(426, "Upgrade to websocket is required", UPGRADE);
  }
  if (headers.get("sec-websocket-version") !== "13") {
    return refusal(426, "WebSocket version 13 is required", [
      ...UPGRADE,
      ["Sec-WebSocket-Version", "13"], // RFC 6455 §4.4
    ]);
  }
  const key = headers.get("sec-websocket-key");
  if (key === null || !KEY.test(key)) {
    return refusal(400, "Sec-WebSocket-Key is not 16 bytes in base64");
  }
  if (!originAllowed(headers.get("origin"), headers.get("host"), policy.origins)) {
    return refusal(403, "Origin is not allowed");
  }
  const offered = headers.get("sec-websocket-protocol");
  const protocols = offered === null ? [] : offered.split(",").map((name) => name.trim());
  if (protocols.some((name) => !TOKEN.test(name)) || new Set(protocols).size < protocols.length) {
    return refusal(400, "Sec-WebSocket-Protocol is not a list of distinct tokens");
  }
  return {
    key,
    protocol: protocols.find((name) => policy.protocols?.includes(name)),
    deflate: policy.deflate === true && offersDeflate(headers.get("sec-websocket-extensions")),
  };
}

/** Whether a check ended in a refusal. */
export function isRefusal(
  outcome: HandshakeOffer | HandshakeRefusal,
): outcome is HandshakeRefusal {
  return "status" in outcome;
}

/** `Sec-WebSocket-Accept` for a key (§4.2.2). */
export async function acceptKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/** The headers of the 101 answer. */
export async function acceptHeaders(offer: HandshakeOffer): Promise<[string, string][]> {
  const headers: [string, string][] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Accept", await acceptKey(offer.key)],
  ];
  if (offer.protocol !== undefined) headers.push(["Sec-WebSocket-Protocol", offer.protocol]);
  if (offer.deflate) headers.push(["Sec-WebSocket-Extensions", DEFLATE_ANSWER]);
  return headers;
}

/** RFC 7692 §7.1.1: each message stands alone, so that no window has to be kept between them. */
const DEFLATE_ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/**
 * Whether an offer of permessage-deflate is among the extensions that can be agreed to. One with
 * `server_max_window_bits` cannot: the web's `CompressionStream` has no say in the window (§7.1.2.1).
 */
function offersDeflate(extensions: string | null): boolean {
  return (extensions ?? "").split(",").some((extension) => {
    const [name, ...parameters] = extension.split(";").map((part) => part.trim().toLowerCase());
    return name === "permessage-deflate" &&
      parameters.every((parameter) =>
        parameter === "server_no_context_takeover" || parameter === "client_no_context_takeover" ||
        /^client_max_window_bits(="?([89]|1[0-5])"?)?$/.test(parameter)
      );
  });
}

function originAllowed(
  origin: string | null,
  host: string | null,
  allowed: HandshakePolicy["origins"],
): boolean {
  if (origin === null || allowed === "any") return true;
  if (allowed) return allowed.includes(origin);
  if (!URL.canParse(origin) || host === null) return false;
  // Parsed with the origin's own scheme, so that a default port is the same as none.
  const { protocol, host: originHost } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === originHost;
}

function hasToken(value: string | null, token: string): boolean {
  return (value ?? "").toLowerCase().split(",").some((part) => part.trim() === token);
}

function refusal(
  status: number,
  reason: string,
  headers: HandshakeRefusal["headers"] = [],
): HandshakeRefusal {
  return { status, reason, headers };
}
