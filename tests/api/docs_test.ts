import { Buffer } from "node:buffer";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { Api, bearer, bool, int, object, text, upload } from "../../src/api/mod.ts";
import { host } from "./support/node_host.ts";

function notes(): Api {
  const Note = object({ id: int(), text: text({ min: 1 }) }, { name: "Note" });
  const api = new Api({
    title: "Notes <1>",
    servers: [{ url: "/" }, { url: "https://other.example/v1" }],
  });
  api.get("/notes/{note_id}", {
    summary: "Reads a note",
    tags: ["notes"],
    path: { note_id: int({ ge: 1 }) },
    query: { loud: bool().default(false) },
    response: { 200: Note },
    security: bearer({ verify: (token) => token === "s3cret" ? 1 : undefined }),
  }, (c) => ({ id: c.path.note_id, text: c.query.loud ? "HELLO" : "hello" }));
  api.post("/notes", { tags: ["notes"], body: Note, response: { 200: Note } }, (c) => c.body);
  return api;
}

test("the page is served whole, under a strict policy, with relative URLs", async () => {
  const api = notes();
  const page = await api.request("/docs");
  assertEquals([page.status, page.headers.get("content-type")], [200, "text/html; charset=UTF-8"]);
  const policy = page.headers.get("content-security-policy")!;
  assertStringIncludes(policy, "default-src 'none'");
  assert(!/unsafe|\*|data:.*script/.test(policy), policy);
  assertStringIncludes(policy, "connect-src 'self' https://other.example");
  const html = await page.text();
  assertStringIncludes(html, "Notes &#60;1&#62;");
  assertStringIncludes(html, 'data-openapi="./openapi.json"');
  const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!)
    .filter((url) => url !== "data:," && url !== "./openapi.json");
  assertEquals(sources.length, 4);
  for (const source of sources) {
    const url = new URL(source, "http://localhost/docs");
    const asset = await api.request(url.pathname + url.search);
    assertEquals([source, asset.status], [source, 200]);
    assert((await asset.text()).length > 300);
    // What has no version of its own in its URL is asked for again.
    const isOwn = source.includes("/page.");
    assertEquals(asset.headers.get("cache-control")!.includes("immutable"), !isOwn, source);
    const zipped = await api.request(url.pathname, { headers: { "accept-encoding": "br, gzip" } });
    const encoding = zipped.headers.get("content-encoding");
    assertEquals([source, encoding], [source, source.includes("swagger") ? "gzip" : null]);
    await zipped.body?.cancel();
  }
});

test("page and document can be elsewhere, or nowhere", async () => {
  const other = new Api({ docsUrl: "/a/ui/", openapiUrl: "/b/api.json" });
  assertStringIncludes(
    await (await other.request("/a/ui/")).text(),
    'data-openapi="../../b/api.json"',
  );
  assertEquals((await other.request("/a/ui/page.js")).status, 200);
  assertEquals((await other.request("/b/api.json")).status, 200);
  const none = new Api({ docsUrl: null });
  assertEquals(
    [(await none.request("/docs")).status, (await none.request("/openapi.json")).status],
    [404, 200],
  );
  const nothing = new Api({ openapiUrl: null });
  assertEquals([
    (await nothing.request("/docs")).status,
    (await nothing.request("/openapi.json")).status,
  ], [404, 404]);
  const own = new Api();
  own.get("/docs", () => "mine");
  assertEquals(await (await own.request("/docs")).json(), "mine");
});

/** Presses Tab until a place has the focus; each place on the way must show that it has it. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const [isThere, outline] = await page.evaluate(`[
      document.activeElement.matches(${JSON.stringify(selector)}),
      document.activeElement.outerHTML.slice(0, 80) + ": " + getComputedStyle(document.activeElement).outlineStyle,
    ]`) as [boolean, string];
    assertStringIncludes(outline, ": solid");
    if (isThere) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

const CHROMIUM = "/usr/bin/chromium";
const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);
// The browser is the same whichever runtime serves; playwright-core is a program for Node.
const skip = !isNode || !existsSync(CHROMIUM) ? "needs Node and Chromium" : false;

test(
  "in Chromium the page loads clean, and an operation is called with authorization",
  { skip },
  async () => {
    const { chromium } = await import("playwright-core");
    const server = await host(notes().fetch);
    const profile = mkdtempSync(join(tmpdir(), "zap-docs-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      viewport: { width: 1200, height: 900 },
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    try {
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") {
          problems.push(message.text());
        }
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("request", (request) => {
        if (!request.url().startsWith(server.origin) && !request.url().startsWith("data:")) {
          problems.push(`asks ${request.url()}`);
        }
      });
      await page.goto(`${server.origin}/docs`);
      await page.getByText("Reads a note").waitFor();
      await page.locator(".opblock").nth(1).waitFor();
      await page.getByText("Note", { exact: true }).first().waitFor();
      assertEquals(problems, []);
      const shots = process.env["ZAP_SCREENSHOTS"];
      if (shots) await page.screenshot({ path: join(shots, "docs.png") });
      // Authorize, by keyboard.
      await page.locator(".btn.authorize").focus();
      await page.keyboard.press("Enter");
      await page.locator(".modal-ux input").fill("s3cret");
      await page.keyboard.press("Enter");
      await page.locator(".modal-ux .btn-done").click();
      // By keyboard alone: from the filter to the operation, its fields, and the button.
      await page.locator(".operation-filter-input").focus();
      await tabTo(page, ".opblock-get .opblock-summary-control");
      await page.keyboard.press("Enter");
      await page.locator('tr[data-param-name="note_id"] input').waitFor();
      await tabTo(page, 'tr[data-param-name="note_id"] input');
      await page.keyboard.type("7");
      await tabTo(page, 'tr[data-param-name="loud"] select');
      await page.keyboard.press("ArrowUp");
      await tabTo(page, ".btn.execute");
      await page.keyboard.press("Enter");
      await page.locator(".live-responses-table .response-col_status").first().waitFor();
      const answer = await page.locator(".live-responses-table").innerText();
      assertStringIncludes(answer, "200");
      assertStringIncludes(answer.replace(/\s/g, ""), '{"id":7,"text":"HELLO"}');
      if (shots) await page.screenshot({ path: join(shots, "docs_call.png"), fullPage: true });
      await page.emulateMedia({ colorScheme: "dark" });
      await page.locator("html.dark-mode").waitFor();
      await page.setViewportSize({ width: 375, height: 740 });
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      assert(overflow as number <= 0, `the page is ${overflow} pixels too wide for a phone`);
      const covered = await page.evaluate(`(() => {
        const body = document.querySelector(".live-responses-table .highlight-code");
        const { bottom } = body.querySelector("code").getBoundingClientRect();
        const tops = [...body.querySelectorAll("button")].map((b) => b.getBoundingClientRect().top);
        return Math.max(...tops.map((top) => bottom - top));
      })()`);
      assert(covered as number <= 0, `buttons cover ${covered} pixels of the answer on a phone`);
      if (shots) await page.screenshot({ path: join(shots, "docs_phone.png"), fullPage: false });
      assertEquals(problems, []);
    } finally {
      await context.close();
      await server.close();
      rmSync(profile, { recursive: true, force: true });
    }
  },
);

test(
  "in Chromium the page calls an app that stands below another's path, on a phone",
  { skip },
  async () => {
    const { chromium } = await import("playwright-core");
    const app = new Api();
    const form = { title: text(), file: upload({ types: ["text/*"] }) };
    app.post("/files", { form, summary: "Takes a file" }, (c) => ({ size: c.form.file.size }));
    const outer = new Hono();
    outer.mount("/inner", app.fetch);
    const server = await host((request) => outer.fetch(request));
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage({ viewport: { width: 375, height: 740 } });
      await page.goto(`${server.origin}/inner/docs`);
      await page.getByText("Takes a file").click();
      await page.locator('input[type="file"]').setInputFiles({
        name: "a.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("12345"),
      });
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      assert(overflow as number <= 0, `the page is ${overflow} pixels too wide for a phone`);
      await page.locator(".btn.execute").click();
      await page.locator(".live-responses-table .response-col_status").first().waitFor();
      const answer = await page.locator(".live-responses-table").innerText();
      assertStringIncludes(answer.replace(/\s/g, ""), '{"size":5}');
    } finally {
      await browser.close();
      await server.close();
    }
  },
);
