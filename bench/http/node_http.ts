/** `node:http`, by hand. Argument: mode. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { Buffer } from "node:buffer";
import { LARGE, type Mode, modeOf, TEXT } from "./work.ts";

const handlers: Partial<
  Record<Mode, (request: IncomingMessage, response: ServerResponse) => void>
> = {
  static: (_, response) => send(response, "text/plain;charset=UTF-8", TEXT),
  json: (_, response) => send(response, "application/json", JSON.stringify({ message: TEXT })),
  download: (_, response) => send(response, "application/octet-stream", LARGE),
  echo: (request, response) =>
    read(
      request,
      (body) =>
        send(
          response,
          "application/json",
          JSON.stringify(JSON.parse(body.toString())),
        ),
    ),
  upload: (request, response) =>
    read(request, (body) => send(response, "text/plain", String(body.length))),
};

const server = createServer(handlers[modeOf(process.argv)]);
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`);
});

function send(
  response: ServerResponse,
  type: string,
  body: string | Uint8Array,
): void {
  response.writeHead(200, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function read(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => done(Buffer.concat(chunks)));
}
