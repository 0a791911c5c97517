/**
 * AWS Lambda: API Gateway v2 (HTTP API), Function URLs, API Gateway v1 (REST API) and Application
 * Load Balancers. Hono's adapter, which is deprecated, maps no error to a response, knows no stage
 * prefix, joins a load balancer's header values with `;`, and sends a binary body without a content
 * type as text; so this is our own.
 *
 * @module
 */

import { requestOf } from "./aws_request.ts";
import type { AwsEvent, AwsResult } from "./aws_types.ts";
import { headersOf, resultOf } from "./aws_result.ts";

export type { AwsEvent, AwsResult } from "./aws_types.ts";

/** What answers: an `Api`, or anything with a `fetch`. */
export interface AwsApp {
  /** Answers a request. */
  fetch(request: Request, env?: unknown, execution?: never): Response | Promise<Response>;
  /** Runs once, before the first request. */
  startup?(): Promise<void>;
}

/** How an app stands behind AWS. */
export interface AwsOptions {
  /** A prefix of the path that the app does not know, such as a custom domain's mapping: `/v1`. A named stage is known by itself. */
  readonly basePath?: string;
  /** Which content types are sent as text; others are sent in base64. Default: text, JSON, XML, JavaScript and urlencoded forms. */
  readonly isText?: (contentType: string) => boolean;
  /** Told of errors. Default: the console. */
  readonly log?: (error: unknown) => void;
}

/** What AWS calls for each event; export it as `handler`. */
export type AwsHandler = (event: AwsEvent, context?: unknown) => Promise<AwsResult>;

/**
 * Makes a Lambda handler that answers whole responses.
 *
 * @param app The app.
 * @param options How it stands behind AWS.
 * @returns What to export as `handler`.
 * @example
 * ```ts
 * import { Api } from "@zap-proto/edge/api";
 * import { awsHandler } from "@zap-proto/edge/api/aws";
 *
 * const api = new Api();
 * api.get("/", () => ({ ok: true }));
 * export const handler = awsHandler(api);
 * ```
 */
export function awsHandler(app: AwsApp, options: AwsOptions = {}): AwsHandler {
  const ask = asker(app, options);
  return async (event, context) => {
    const { response, settled } = await ask(event, context);
    let result: AwsResult;
    try {
      result = await resultOf(event, response, options.isText);
    } catch (error) {
      report(options, error);
      result = await resultOf(event, internalError(), options.isText);
    }
    // Lambda freezes what goes on after the answer.
    await settled();
    return result;
  };
}

/** A writable stream of Lambda's. */
interface LambdaStream {
  write(chunk: Uint8Array | string): boolean;
  end(): void;
  once(event: "drain" | "close", listener: () => void): unknown;
}

/** What Lambda's Node runtime gives for streamed responses. */
interface LambdaStreaming {
  streamifyResponse(
    handler: (event: AwsEvent, stream: LambdaStream, context: unknown) => Promise<void>,
  ): AwsHandler;
  readonly HttpResponseStream: {
    from(
      stream: LambdaStream,
      metadata: {
        readonly statusCode: number;
        readonly headers: Record<string, string>;
        readonly cookies: readonly string[];
      },
    ): LambdaStream;
  };
}

/**
 * Makes a Lambda handler that streams its responses: a Function URL with `RESPONSE_STREAM`.
 *
 * @param app The app.
 * @param options How it stands behind AWS.
 * @returns What to export as `handler`.
 * @throws {TypeError} Where Lambda's streaming is not there.
 */
export function awsStreamHandler(app: AwsApp, options: AwsOptions = {}): AwsHandler {
  const streaming = (globalThis as { readonly awslambda?: LambdaStreaming }).awslambda;
  if (streaming === undefined) {
    throw new TypeError("Cannot stream: `awslambda` is there only in Lambda's Node runtime");
  }
  const ask = asker(app, options);
  return streaming.streamifyResponse(async (event, raw, context) => {
    const { response, settled } = await ask(event, context);
    const { headers, cookies } = headersOf(response);
    const metadata = { statusCode: response.status, headers, cookies };
    const stream = streaming.HttpResponseStream.from(raw, metadata);
    try {
      // Lambda sends the metadata with the first write.
      if (response.body === null) stream.write("");
      else await copy(response.body, stream);
    } catch (error) {
      report(options, error);
    } finally {
      stream.end();
    }
    await settled();
  });
}

async function copy(body: ReadableStream<Uint8Array>, stream: LambdaStream): Promise<void> {
  const reader = body.getReader();
  let wake = () => {};
  // A client that has gone drains nothing any more; whoever writes the body learns of it.
  stream.once("close", () => {
    reader.cancel().catch(() => {});
    wake();
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (stream.write(value)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
      stream.once("drain", resolve);
    });
  }
}

interface Asked {
  readonly response: Response;
  readonly settled: () => Promise<void>;
}

function asker(
  app: AwsApp,
  options: AwsOptions,
): (event: AwsEvent, context: unknown) => Promise<Asked> {
  let started: Promise<void> | undefined;
  return async (event, context) => {
    const waits: Promise<unknown>[] = [];
    const execution = {
      waitUntil: (promise: Promise<unknown>) => void waits.push(promise),
      responseSent: Promise.resolve(),
    };
    const settled = async () => void await Promise.allSettled(waits);
    try {
      // A start that has failed is tried again by the next event; one that has not is never run twice.
      await (started ??= start(app).catch((error) => {
        started = undefined;
        throw error;
      }));
      const request = requestOf(event, options.basePath);
      const response = await app.fetch(request, { event, context }, execution as never);
      return { response, settled };
    } catch (error) {
      report(options, error);
      return { response: internalError(), settled };
    }
  };
}

async function start(app: AwsApp): Promise<void> {
  await app.startup?.();
}

function internalError(): Response {
  return new Response('{"detail":"Internal Server Error"}', {
    status: 500,
    headers: { "content-type": "application/json" },
  });
}

function report(options: AwsOptions, error: unknown): void {
  if (options.log !== undefined) options.log(error);
  else console.error(error);
}
