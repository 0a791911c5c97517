/** What a handler may answer, checked: it is a user's, and may be anything. */

/** Whether a value is a status and a body. */
export function isAnswer(answer: unknown): answer is { status: number; body: Uint8Array } {
  const given = answer as { status?: unknown; body?: unknown } | undefined | null;
  return typeof given?.status === "number" && given.body instanceof Uint8Array;
}

/** Whether a value is to be waited for. */
export function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}

/** The fault of a handler that answered something else. */
export function notAnAnswer(answer: unknown): TypeError {
  const what = answer === null ? "null" : typeof answer;
  return new TypeError(
    `Cannot send answer: a handler returned ${what}, not bytes or { status, body }`,
  );
}

/** The fault of a message's handler that answered something else. */
export function notAMessage(answer: unknown): TypeError {
  return new TypeError(
    `Cannot send answer: a message's handler returned ${typeof answer}, not a message or nothing`,
  );
}
