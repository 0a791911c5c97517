import { existsSync } from "node:fs";
import { test } from "node:test";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { api } from "../../examples/api.ts";
import { api as chat } from "../../examples/llm_chat.ts";
import { api as uploads } from "../../examples/uploads.ts";
import { host } from "./support/node_host.ts";
import { assertValidDocument } from "./support/openapi.ts";

const JSON_TYPE = { "content-type": "application/json" };

test("examples/api.ts answers the benchmark routes as specified", async () => {
  const get = async (path: string, headers = {}) =>
    await (await api.request(path, { headers })).json();
  assertEquals(await get("/"), { ok: true });
  assertEquals(await get("/users/42?verbose=true"), { user_id: 42, verbose: true });
  assertEquals(await get("/auth", { authorization: "x", cookie: "session=1" }), {
    authorized: true,
  });
  assertEquals((await api.request("/auth")).status, 401);
  const user = { user_id: 42, active: true, name: "alice" };
  const made = await api.request("/users", {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify(user),
  });
  assertEquals(await made.json(), user);
});

test("examples/llm_chat.ts streams tokens, and its page needs nothing inline", async () => {
  const response = await chat.request("/chat", {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify({ messages: [{ role: "user", content: "hello world" }] }),
  });
  const stream = await response.text();
  assertStringIncludes(stream, "data:  2\n\ndata:  words:\n\ndata:  world\n\ndata:  hello\n\n");
  assertEquals(stream.endsWith("data: [DONE]\n\n"), true);
  const page = await (await chat.request("/")).text();
  for (const [, source] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assertEquals((await chat.request(source!)).status, 200);
  }
});

test("examples/uploads.ts keeps, serves and digests files", async () => {
  const form = new FormData();
  form.set("title", "A");
  form.set("file", new File(["0123456789"], "a.txt"));
  const kept = await uploads.request("/notes", { method: "POST", body: form });
  assertEquals([kept.status, await kept.json()], [201, { name: "a.txt", bytes: 10, title: "A" }]);
  const part = await uploads.request("/files/a.txt", { headers: { range: "bytes=2-4" } });
  assertEquals([part.status, await part.text()], [206, "234"]);
  form.set("file", new File(["x"], ".hidden"));
  assertEquals((await uploads.request("/notes", { method: "POST", body: form })).status, 422);
  const large = new FormData();
  large.set("f", new File(["line\n".repeat(100_000)], "f.txt"));
  assertEquals(await (await uploads.request("/digest", { method: "POST", body: large })).json(), [
    { name: "f", filename: "f.txt", bytes: 500_000, lines: 100_000 },
  ]);
});

test("the examples' documents are valid OpenAPI 3.1", async () => {
  for (const app of [api, chat, uploads]) await assertValidDocument(app.openapi());
});

const CHROMIUM = "/usr/bin/chromium";
const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);
// The browser is the same whichever runtime serves; playwright-core is a program for Node.
const skip = !isNode || !existsSync(CHROMIUM) ? "needs Node and Chromium" : false;

test(
  "in Chromium the chat's page loads clean, shows the answer, and stops it",
  { skip },
  async () => {
    const { chromium } = await import("playwright-core");
    const server = await host(chat.fetch);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      await page.goto(server.origin);
      const ask = async (question: string) => {
        await page.fill("#question", question);
        await page.keyboard.press("Enter");
      };
      await ask("one two");
      await page.getByText("You said 2 words: two one.").waitFor();
      await page.locator("#stop:disabled").waitFor();
      await ask("word ".repeat(200));
      await page.locator("#stop:enabled").click();
      await page.getByText("(stopped)").waitFor();
      await page.locator("#stop:disabled").waitFor({ timeout: 5_000 });
      assertEquals(problems, []);
    } finally {
      await browser.close();
      await server.close();
    }
  },
);
