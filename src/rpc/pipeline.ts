import type { Response } from "./envelope.ts";
import type { CallOptions } from "./handlers.ts";
import { RpcError } from "./rpc_error.ts";
import { Session } from "./session.ts";
import { Status, statusText } from "./status.ts";

/** What calls methods: a client, a pool, a peer. */
export interface Caller {
  /** Calls a method; resolves with whatever status the peer sent. */
  call(method: number, options?: CallOptions): Promise<Response>;
}

/** Both answers of {@link pipeline}. */
export interface PipelineResult {
  /** Answer of the first call. */
  readonly first: Response;
  /** Answer of the call that built on it. */
  readonly second: Response;
}

/**
 * Sends two calls at once, the second with the first's answer as its payload.
 *
 * Over two connections this needs a server that shares one `Pipeliner` between them, as the
 * reference's helper does; a `ZapServer` keeps the promises of each connection apart, so give it the
 * same client twice.
 *
 * @param a Sends the first call.
 * @param b Sends the second; may be `a`.
 * @param firstMethod Method of the first call.
 * @param secondMethod Method of the second.
 * @returns Both answers, whatever their statuses.
 * @throws {RpcError} If one of them gets no answer.
 */
export async function pipeline(
  a: Caller,
  b: Caller,
  firstMethod: number,
  secondMethod: number,
): Promise<PipelineResult> {
  const session = new Session();
  const promiseID = session.next().id;
  const [first, second] = await Promise.all([
    a.call(firstMethod, { promiseID }),
    b.call(secondMethod, { promiseID: session.next().id, target: promiseID }),
  ]);
  return { first, second };
}

/**
 * The response, if its status is 200.
 *
 * @param response Any answer.
 * @param label What was called, for the message.
 * @throws {RpcError} For any other status, with the response's body in it and as text in the message.
 */
export function assertOK(response: Response, label: string): Response {
  const { status, body } = response;
  if (status === Status.OK) return response;
  const text = new TextDecoder().decode(body.subarray(0, 200)) ||
    statusText(status);
  throw new RpcError("status", `${label}: status ${status}: ${text}`, { status, body });
}
