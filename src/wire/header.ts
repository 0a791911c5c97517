/** The four checks of a message's header (spec: wire.md, "Message"). */

import { HEADER_SIZE, MAGIC, VERSION_1, VERSION_2 } from "./format.ts";
import { getI32, getU16, getU32 } from "./get_scalars.ts";
import { ZapParseError } from "./parse_error.ts";

/**
 * Declared size of the message that `bytes` begin with, or -1 if the header is refused. A hot path,
 * byte by byte: comparing the whole words costs 1 ns more on V8 and 6 on JavaScriptCore
 * (bench/codec.ts, one field).
 */
export function messageSize(bytes: Uint8Array): number {
  const length = bytes.length;
  if (
    length < HEADER_SIZE || bytes[0] !== 0x5a || bytes[1] !== 0x41 || bytes[2] !== 0x50 ||
    bytes[3] !== 0 || bytes[5] !== 0 || (bytes[4] !== VERSION_1 && bytes[4] !== VERSION_2)
  ) return -1;
  const size = getI32(bytes, 12);
  // Most often nothing follows the message; a size of 2 GiB and more is negative here.
  if (size === length) return size;
  const declared = size >>> 0;
  return declared >= HEADER_SIZE && declared <= length ? declared : -1;
}

/**
 * Checks the header; answers the message's declared size, which is within the bytes.
 *
 * @throws {ZapParseError} `too_short`, `bad_magic`, `bad_version` or `bad_size`, in this order.
 */
export function checkHeader(bytes: Uint8Array): number {
  const size = messageSize(bytes);
  if (size < 0) throw refusal(bytes);
  return size;
}

function refusal(bytes: Uint8Array): ZapParseError {
  const length = bytes.length;
  if (length < HEADER_SIZE) {
    return new ZapParseError(
      "too_short",
      `Cannot parse message: ${length} bytes is shorter than the ${HEADER_SIZE}-byte header`,
    );
  }
  if (getI32(bytes, 0) !== MAGIC) {
    return new ZapParseError(
      "bad_magic",
      `Cannot parse message: it does not begin with "ZAP\\0"`,
    );
  }
  const version = getU16(bytes, 4);
  if (version !== VERSION_1 && version !== VERSION_2) {
    return new ZapParseError(
      "bad_version",
      `Cannot parse message: version ${version} is neither 1 nor 2`,
    );
  }
  return new ZapParseError(
    "bad_size",
    `Cannot parse message: declared size ${
      getU32(bytes, 12)
    } is not within ${HEADER_SIZE} to ${length}`,
  );
}
