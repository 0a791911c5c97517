/** What start-up says beside the addresses: where to look, and what to paste. */

import { relative, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What there is to say. */
export interface Welcome {
  /** Such as `http://127.0.0.1:8080`. */
  readonly http: string;
  /** Such as `zap://127.0.0.1:9999`. */
  readonly zap: string;
  /** How its frames are made. */
  readonly framing: "node" | "mux";
  /** How notes are kept. */
  readonly kept: string;
  /** A capability. */
  readonly token: string;
  /** A file with it. */
  readonly tokenFile: string;
}

/** `deno task start` and `bun run start` need no npm; otherwise Deno and Bun may be npm's. */
const byItself = /^(deno|bun)\//.test(process.env.npm_config_user_agent ?? "");

/** How a TypeScript file is run by the runtime that serves. */
const RUN = "Deno" in globalThis
  ? `${byItself ? "" : "npx "}deno run -A`
  : "Bun" in globalThis
  ? `${byItself ? "" : "npx "}bun run`
  : "npx tsx";

/** The lines. The commands take the capability from its file, so that they stay short. */
export function welcome({ http, zap, framing, kept, token, tokenFile }: Welcome): string[] {
  const unix = /^unix:(.+)$/.exec(http);
  const [curl, origin] = unix
    ? [`curl --unix-socket ${quoted(unix[1]!)}`, "http://localhost"]
    : ["curl", http];
  const cap = here(tokenFile);
  const mux = framing === "mux" ? " --framing=mux" : "";
  const note = (from: string) =>
    quoted(JSON.stringify({ title: `From ${from}`, body: "Hello", tags: ["try"], owner: "me" }));
  return [
    "",
    `Notes over HTTP  ${origin}/notes`,
    `Documentation    ${origin}/docs`,
    `Notes over ZAP   ${zap}, described by ${own("notes.zap")}`,
    `Kept             ${kept}`,
    `Capability       to create, delete and attach for 24 hours; who has it may use it. In ${cap}:`,
    token,
    "",
    "To try, in another terminal in this folder:",
    `${curl} ${origin}/notes -H "Authorization: Zap $(cat ${cap})" -H 'Content-Type: application/json' -d ${
      note("curl")
    }`,
    `${RUN} ${own("../../src/cli/zap.ts")} call ${quoted(zap)} Notes.create ${
      note("zap call")
    } --schema=${own("notes.zap")} --cap=@${cap}${mux}`,
    // The example's client speaks the default framing only.
    ...mux ? [] : [`${RUN} ${own("client.ts")} ${quoted(zap)} ${cap}`],
  ];
}

/** A file as a terminal in this folder names it. */
function here(path: string): string {
  const inside = relative(process.cwd(), path);
  return quoted(inside.startsWith("..") ? resolve(path) : inside);
}

/** A file of this project. */
function own(path: string): string {
  return here(fileURLToPath(new URL(path, import.meta.url)));
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
