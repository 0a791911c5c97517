/** Opcodes (RFC 6455 §5.2) and close codes (§7.4). @module */

/** Frame opcodes. */
export const OPCODE: {
  readonly continuation: 0x0;
  readonly text: 0x1;
  readonly binary: 0x2;
  readonly close: 0x8;
  readonly ping: 0x9;
  readonly pong: 0xa;
} = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa };

/** Close codes that this side uses; 1005 and 1006 are never sent, only reported. */
export const CLOSE_CODE: {
  readonly normal: 1000;
  readonly goingAway: 1001;
  readonly protocolError: 1002;
  readonly noStatus: 1005;
  readonly abnormal: 1006;
  readonly invalidPayload: 1007;
  readonly policyViolation: 1008;
  readonly messageTooBig: 1009;
  readonly internalError: 1011;
} = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  noStatus: 1005,
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
};

/**
 * Whether a code may stand in a close frame: 1000 to 1003 and 1007 to 1014 (RFC 6455 §7.4.1 and the
 * IANA registry), 3000 to 4999 (§7.4.2).
 */
export function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
    (code >= 3000 && code <= 4999);
}
