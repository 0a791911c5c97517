import { parseIpv4, parseIpv6 } from "../../base/ip_address.ts";
import { type Invalid, invalid, type Issue, mistyped } from "../issue.ts";
import type { JsonSchema } from "../standard_schema.ts";
import { Type } from "./type.ts";

/** A text in a format that a test decides. */
class FormatType extends Type<string> {
  readonly #format: string;
  readonly #type: string;
  readonly #what: string;
  readonly #test: (text: string) => boolean;

  constructor(
    format: string,
    type: string,
    what: string,
    test: (text: string) => boolean,
  ) {
    super();
    this.#format = format;
    this.#type = type;
    this.#what = what;
    this.#test = test;
  }

  readText(text: string, issues: Issue[]): string | Invalid {
    return this.#test(text)
      ? text
      : invalid(issues, this.#type, `Input should be ${this.#what}`, text);
  }

  readJson(value: unknown, issues: Issue[]): string | Invalid {
    if (typeof value === "string") return this.readText(value, issues);
    return mistyped(issues, "string_type", "Input should be a valid string", value);
  }

  jsonSchema(): JsonSchema {
    return this.#format === "base64"
      ? { type: "string", contentEncoding: "base64" }
      : { type: "string", format: this.#format };
  }
}

/** An e-mail address: one `@`, local part and domain not empty, a dot in the domain, no white space or control characters. */
export function email(): Type<string> {
  return EMAIL;
}

/** Whether a text is an e-mail address by the rule of {@linkcode email}. */
export function isEmail(text: string): boolean {
  const at = text.indexOf("@");
  if (at < 1 || text.indexOf("@", at + 1) !== -1 || text.length > 254) {
    return false;
  }
  const domain = text.slice(at + 1);
  const dot = domain.indexOf(".");
  if (dot < 1 || domain.endsWith(".") || domain.includes("..")) return false;
  // deno-lint-ignore no-control-regex -- control characters are what is refused
  return !/[\s\x00-\x1f\x7f]/.test(text);
}

/** An absolute `http:` or `https:` URL. */
export function url(): Type<string> {
  return URL_TYPE;
}

/** A UUID in its 36-character form, either case. */
export function uuid(): Type<string> {
  return UUID;
}

/** An IPv4 address in dotted decimal, without leading zeros. */
export function ipv4(): Type<string> {
  return IPV4;
}

/** An IPv6 address (RFC 4291), without zone or brackets. */
export function ipv6(): Type<string> {
  return IPV6;
}

/** A date (RFC 3339 full-date) that the calendar has: `2026-02-28`. */
export function isoDate(): Type<string> {
  return DATE;
}

/** A date and time with offset (RFC 3339): `2026-02-28T12:00:00Z`. A handler may answer a `Date`. */
export function isoDatetime(): Type<string, string, DatetimeForms> {
  return DATETIME;
}

/** The forms of a date and time: it is a text but for the handler that answers a `Date`. */
export interface DatetimeForms {
  /** What a handler answers. */
  readonly answer: string | Date;
  /** What a caller sends. */
  readonly sent: string;
  /** What a caller receives. */
  readonly received: string;
}

/** Base64 (RFC 4648 §4), padded. */
export function base64(): Type<string> {
  return BASE64;
}

const EMAIL: Type<string> = new FormatType(
  "email",
  "value_error",
  "a valid email address",
  isEmail,
);
const URL_TYPE: Type<string> = new FormatType(
  "uri",
  "url_parsing",
  "a valid URL",
  isUrl,
);
const UUID: Type<string> = new FormatType(
  "uuid",
  "uuid_parsing",
  "a valid UUID",
  (text) => UUID_PATTERN.test(text),
);
const IPV4: Type<string> = new FormatType(
  "ipv4",
  "ip_v4_address",
  "a valid IPv4 address",
  (text) => parseIpv4(text) !== undefined,
);
const IPV6: Type<string> = new FormatType(
  "ipv6",
  "ip_v6_address",
  "a valid IPv6 address",
  (text) => parseIpv6(text) !== undefined,
);
const DATE: Type<string> = new FormatType(
  "date",
  "date_parsing",
  "a valid date (YYYY-MM-DD)",
  isDate,
);
const DATETIME: Type<string, string, DatetimeForms> = new FormatType(
  "date-time",
  "datetime_parsing",
  "a valid date and time (RFC 3339)",
  isDatetime,
);
const BASE64: Type<string> = new FormatType(
  "base64",
  "base64_decode",
  "valid base64",
  (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
);

const UUID_PATTERN = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
function isUrl(text: string): boolean {
  // deno-lint-ignore no-control-regex -- the URL parser would drop control characters silently
  if (!/^https?:\/\/[^/]/i.test(text) || /[\s\x00-\x1f\x7f]/.test(text)) {
    return false;
  }
  return URL.canParse(text);
}

function isDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  // A day that the month does not have is no date, or one in the next month.
  const date = new Date(text);
  return date.getTime() === date.getTime() && date.toISOString().startsWith(text);
}

const TIME =
  /^(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[zZ]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/;

function isDatetime(text: string): boolean {
  return text.length <= 64 && isDate(text.slice(0, 10)) &&
    /^[tT ]$/.test(text.charAt(10)) &&
    TIME.test(text.slice(11));
}
