/**
 * Writes `src/api/docs/swagger_ui_*.ts` from the installed `swagger-ui-dist`: its script and style
 * sheet, gzipped, as text in a module. A module, because it is found the same way by Deno, Bun and
 * Node, from a registry, in a bundle and in a compiled binary. Usage: build_docs_page.ts [--check]
 */

import { readFileSync, writeFileSync } from "node:fs";
import { Buffer } from "node:buffer";
import process from "node:process";
import { gunzipSync, gzipSync } from "node:zlib";

const from = "node_modules/swagger-ui-dist";
const { version } = JSON.parse(readFileSync(`${from}/package.json`, "utf8"));
const ASSETS = [
  ["swagger-ui-bundle.js", "swagger_ui_js", "SWAGGER_UI_JS"],
  ["swagger-ui.css", "swagger_ui_css", "SWAGGER_UI_CSS"],
] as const;

const check = process.argv.includes("--check");

for (const [asset, module, name] of ASSETS) {
  const source = readFileSync(`${from}/${asset}`, "utf8").replace(
    /\n\/[/*]# sourceMappingURL=.*$/m,
    "",
  );
  const path = `src/api/docs/${module}.ts`;
  if (check) {
    const [, base64] = /"([A-Za-z0-9+/=]+)";\n$/.exec(readFileSync(path, "utf8")) ?? [];
    if (gunzipSync(Buffer.from(base64 ?? "", "base64")).toString() !== source) {
      console.error(
        `${path} is not what ${from} ${version} gives: run scripts/build_docs_page.ts`,
      );
      process.exitCode = 1;
    }
    continue;
  }
  const base64 = gzipSync(source, { level: 9 }).toString("base64");
  writeFileSync(
    path,
    `// deno-fmt-ignore-file deno-lint-ignore-file
/*! Swagger UI ${version}. Copyright 2020-2021 SmartBear Software Inc. Apache License 2.0, http://www.apache.org/licenses/LICENSE-2.0 */
/** ${asset} of swagger-ui-dist ${version}, gzipped, in base64. Written by scripts/build_docs_page.ts. */
export const ${name}: string = "${base64}";
`,
  );
}
if (!check) {
  writeFileSync(
    "src/api/docs/version.ts",
    `/** The version of Swagger UI that is in this folder. Written by scripts/build_docs_page.ts. */
export const SWAGGER_UI_VERSION: string = "${version}";
`,
  );
}
