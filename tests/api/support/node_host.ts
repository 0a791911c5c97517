/** A `fetch` handler on `node:http`, for tests that need a network. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A host that listens. */
export interface Host {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Ends it, and its connections. */
  close(): Promise<void>;
}

/** Listens on a free port. */
export async function host(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<Host> {
  const server = createServer((incoming, outgoing) => {
    answer(fetch, incoming, outgoing).catch((error) => outgoing.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function answer(
  fetch: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const abort = new AbortController();
  outgoing.on("close", () => abort.abort());
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  const chunks: Uint8Array[] = [];
  if (hasBody) { for await (const chunk of incoming) chunks.push(chunk); }
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!);
  }
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method!,
    headers,
    signal: abort.signal,
    ...(hasBody && chunks.length > 0 ? { body: new Blob(chunks as BlobPart[]) } : {}),
  });
  const response = await fetch(request);
  outgoing.writeHead(response.status, [...response.headers].flat());
  for await (const chunk of response.body ?? []) {
    if (!outgoing.write(chunk)) await new Promise((resolve) => outgoing.once("drain", resolve));
  }
  outgoing.end();
}
