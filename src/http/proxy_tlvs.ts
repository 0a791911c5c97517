/**
 * What may follow the addresses of a PROXY header of version 2 (§2.2): values with a type and a
 * length. None is used here, but a header that contradicts itself is not to be believed at all.
 *
 * @module
 */

/** §2.2.3: the CRC32c of the header. A receiver that knows it must check it. */
const TYPE_CRC32C = 0x03;

/** Type, and two bytes of length. */
const TLV_HEAD_BYTES = 3;

/**
 * Whether the values from `start` to the header's end fill it exactly, and the checksum among them,
 * if there is one, is right.
 */
export function areTlvsValid(header: Uint8Array, start: number): boolean {
  let at = start;
  while (at < header.length) {
    if (at + TLV_HEAD_BYTES > header.length) return false;
    const length = header[at + 1]! * 256 + header[at + 2]!;
    const value = at + TLV_HEAD_BYTES;
    if (value + length > header.length) return false;
    if (header[at] === TYPE_CRC32C && (length !== 4 || !isCrcRight(header, value))) return false;
    at = value + length;
  }
  return true;
}

/** §2.2.3: the checksum is of the header with zeros in the checksum's place. */
function isCrcRight(header: Uint8Array, at: number): boolean {
  const blank = header.slice().fill(0, at, at + 4);
  const given = new DataView(header.buffer, header.byteOffset).getUint32(at);
  return crc32c(blank) === given;
}

/** RFC 9260, Appendix A: reflected, polynomial 0x1EDC6F41. Bit by bit: it runs once a connection, on some 100 bytes. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
