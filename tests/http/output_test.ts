/** What answers are put together in: memory that is used again, and pieces that leave uncopied. */

import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { OUTPUT_SLAB_BYTES } from "../../src/http/defaults.ts";
import { Output, type OutputOwner } from "../../src/http/output.ts";
import { currentNetwork } from "../../src/runtime/current.ts";
import { latin1Bytes, served, tick } from "../support/http_raw.ts";

/** A connection that keeps what it sends. */
class Owner implements OutputOwner {
  readonly sent: Uint8Array[] = [];
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  get text(): string {
    return this.sent.map((bytes) => String.fromCharCode(...bytes)).join("|");
  }

  flush(): void {
    const bytes = this.#output.take(this);
    if (bytes !== undefined) this.sent.push(bytes);
  }

  write(text: string): this {
    this.#output.open(this, text.length);
    this.#output.writeLatin1(text);
    return this;
  }

  lend(bytes: Uint8Array): this {
    this.#output.lend(this, bytes);
    return this;
  }
}

test("output: lent bytes leave uncopied when alone, and in order when not", () => {
  const output = new Output();
  const [a, b] = [new Owner(output), new Owner(output)];
  const lent = latin1Bytes("lent");
  a.lend(lent).flush();
  assertEquals(a.sent[0] === lent, true);
  a.lend(lent).write("more").lend(lent).flush();
  a.write("text").lend(lent);
  b.lend(lent); // another begins: what the first has written leaves
  a.lend(lent).flush();
  assertEquals([a.text, b.text], ["lent|lentmorelent|textlent|lent", "lent"]);
  a.lend(lent).write("x".repeat(OUTPUT_SLAB_BYTES - 4)).flush();
  a.write("y".repeat(OUTPUT_SLAB_BYTES - 3)).lend(lent).flush();
  assertEquals(a.sent.slice(-4).map((bytes) => bytes.length), [
    4,
    OUTPUT_SLAB_BYTES - 4,
    OUTPUT_SLAB_BYTES - 3,
    4,
  ]);
  assertEquals(String.fromCharCode(...lent), "lent");
});

test("output: only the piece that was taken last can be given back, and once", () => {
  const output = new Output();
  const a = new Owner(output);
  const [first, second, third] = ["first", "second", "third"].map((text) => {
    a.write(text).flush();
    return a.sent.at(-1)!;
  });
  output.giveBack(first!);
  output.giveBack(second!);
  output.giveBack(third!);
  output.giveBack(third!);
  a.write("again").flush();
  assertEquals(a.sent.at(-1)!.byteOffset, third!.byteOffset);
  assertEquals(a.text, "first|second|again|again");
  a.write("open");
  output.giveBack(a.sent.at(-1)!); // too late: something stands behind it
  a.flush();
  assertEquals(a.text, "first|second|again|again|open");
  const lent = latin1Bytes("lent");
  a.lend(lent).flush();
  output.giveBack(lent);
  a.write("end").flush();
  assertEquals(a.text, "first|second|again|again|open|lent|end");
});

/** A text of its own for each request, short or long. */
function answerTo(n: number): string {
  return `${n}:${String.fromCharCode(97 + n % 26).repeat(n * 7919 % 20_000)}`;
}

/** More than two systems' buffers hold, for each of two clients. */
const ANSWERS = 3_000;

for (const kind of ["TCP", "TLS"]) {
  test(`${kind}: answers are whole, however slowly they are read`, async () => {
    const pem = (name: string) =>
      readFileSync(new URL(`../support/certs/${name}`, import.meta.url), "utf8");
    const tls = kind === "TLS" && { cert: pem("server.pem"), key: pem("server.key") };
    const { server, port } = await served(
      (request) => new Response(answerTo(Number(new URL(request.url).pathname.slice(1)))),
      { date: false, ...(tls ? { tls } : {}) },
    );
    const clients = [0, 1].map(async (id) => {
      const chunks: Uint8Array[] = [];
      let received = 0;
      const options = { port, ...(tls ? { tls: { ca: pem("ca.pem") } } : {}) };
      const socket = await currentNetwork().connect(options, () => ({
        data(chunk) {
          chunks.push(chunk);
          received += chunk.length;
          if (chunks.length % 8 !== 0) return;
          socket.pause(); // so that the server's queue fills, and empties again
          setTimeout(() => socket.resume(), chunks.length === 8 ? 100 : 1);
        },
        end: () => socket.end(),
        drain: () => {},
        close: () => {},
      }));
      let wanted = "";
      let asked = "";
      for (let n = id; n < ANSWERS; n += 2) {
        const text = answerTo(n);
        wanted += "HTTP/1.1 200 OK\r\ncontent-type: text/plain;charset=UTF-8\r\n" +
          `Content-Length: ${text.length}\r\n\r\n${text}`;
        asked += `GET /${n} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
        if (n % 64 > 1 && n + 2 < ANSWERS) continue;
        socket.write(latin1Bytes(asked));
        asked = "";
        if (n % 3 === 0) await tick(1);
      }
      while (received < wanted.length) await tick(1);
      const text = chunks.map((chunk) => new TextDecoder("latin1").decode(chunk)).join("");
      socket.destroy();
      return text === wanted;
    });
    assertEquals(await Promise.all(clients), [true, true]);
    await server.stop({ now: true });
  });
}
