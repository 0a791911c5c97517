/** Which check of `Message.parse` failed. */
export type ZapParseErrorCode = "too_short" | "bad_magic" | "bad_version" | "bad_size";

/** Bytes that are not a ZAP message. Thrown by `Message.parse` and by nothing else in the codec. */
export class ZapParseError extends Error {
  /** Always `"ZapParseError"`. */
  override readonly name = "ZapParseError";
  /** The check that failed. */
  readonly code: ZapParseErrorCode;

  /** Makes an error for one of the four checks. */
  constructor(code: ZapParseErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
