/** Constants of the ZAP wire format (spec: wire.md, "Message"). */

/** Bytes of a message's header. */
export const HEADER_SIZE = 16;
/** `ZAP\0`, as a little-endian u32. */
export const MAGIC = 0x0050415a;
/** Objects and lists start at a multiple of this. */
export const ALIGNMENT = 8;
/** Version that a builder writes by default: views, capabilities, bodies. */
export const VERSION_1 = 1;
/** Version of envelopes and handshakes. The layout is the same. */
export const VERSION_2 = 2;
/** TCP port of a ZAP node. */
export const DEFAULT_PORT = 9999;
/** Flag bits of the header's low byte; the high byte is the transport's message type. */
export const Flags: Readonly<{ COMPRESSED: 1; ENCRYPTED: 2; SIGNED: 4 }> = {
  COMPRESSED: 1,
  ENCRYPTED: 2,
  SIGNED: 4,
};
