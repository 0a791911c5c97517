/** `cap.ts`, bundled for browsers, in a headless Chromium. */

import { test } from "node:test";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why the browser cannot be started from here; `undefined` if it can. */
function reasonToSkip(): string | undefined {
  const scope = globalThis as { Deno?: unknown; Bun?: unknown };
  // The browser is what runs the code; Playwright, which drives it, is made for Node.
  if (scope.Deno !== undefined || scope.Bun !== undefined) {
    return "Playwright runs on Node only";
  }
  return existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not installed`;
}

test("browser: issue, attenuate and verify a chain in Chromium", async (t) => {
  const reason = reasonToSkip();
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    return t.skip(reason);
  }
  const { build } = await import("esbuild");
  const { chromium } = await import("playwright-core");
  const page = fileURLToPath(new URL("./browser_page.ts", import.meta.url));
  const { outputFiles, metafile } = await build({
    entryPoints: [page],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  assert(inputs.every((path) => !path.includes("node_modules")), inputs.join());
  const script = outputFiles[0]!.text;
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader(
      "content-type",
      isScript ? "text/javascript" : "text/html",
    );
    response.end(
      isScript ? script : '<script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    );
    await tab.waitForFunction("globalThis.result !== undefined");
    const { userAgent, ...result } = await tab.evaluate(
      "globalThis.result",
    ) as Record<
      string,
      unknown
    >;
    assert(String(userAgent).includes("Chrome"), String(userAgent));
    assertEquals(result, {
      valid: null,
      cached: null,
      otherOperation: "op_not_permitted",
      otherAudience: "caveat_violation",
      revocation: null,
    });
  } finally {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
