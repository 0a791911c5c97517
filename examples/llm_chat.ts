/**
 * A chat with a language model that is made up: its tokens come one by one to a page, which can stop
 * them. Put your model's client in the place of `answerTo`.
 *
 * ```sh
 * npx tsx src/cli/zap.ts serve examples/llm_chat.ts   # then open http://127.0.0.1:8080/
 * ```
 *
 * @module
 */

import { Api, html, list, llm, object, text } from "../src/api/mod.ts";

const Message = object({ role: text(), content: text({ max: 4_000 }) }, { name: "Message" });
const Chat = object({ messages: list(Message, { min: 1, max: 100 }) }, { name: "Chat" });

/** The app. */
export const api: Api = new Api({ title: "Chat" });

api.post("/chat", {
  summary: "Answers with tokens as server-sent events",
  body: Chat,
}, (c) =>
  llm(async (s) => {
    for (const token of answerTo(c.body.messages.at(-1)!.content)) {
      await s.token(token);
      // A client that has gone ends this wait, and with it the work.
      await s.sleep(40);
    }
  }));

/** Tokens of an answer, with the spaces that join them. */
function* answerTo(question: string): Generator<string> {
  const words = question.trim().split(/\s+/).filter((word) => word !== "");
  yield "You";
  yield " said";
  yield ` ${words.length}`;
  yield words.length === 1 ? " word:" : " words:";
  for (const word of words.reverse()) yield ` ${word}`;
  yield ".";
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Chat</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<main>
<h1>Chat</h1>
<div id="log" role="log" aria-live="polite"></div>
<form id="ask">
<label for="question">Your message</label>
<input id="question" autocomplete="off" maxlength="4000" required autofocus>
<button>Send</button>
<button type="button" id="stop" disabled>Stop</button>
</form>
</main>
</body>
</html>
`;

const STYLE = `body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; }
#log p { margin: .5rem 0; padding: .5rem .75rem; border-radius: .5rem; background: #8882; white-space: pre-wrap; }
#log .user { margin-left: 15%; }
#log .assistant { margin-right: 15%; }
form { display: flex; flex-wrap: wrap; gap: .5rem; }
label { width: 100%; }
input { flex: 1; min-width: 10rem; font: inherit; padding: .4rem; }
button { font: inherit; }
`;

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v6H4L2 8V6H0z" fill="#888"/></svg>';

const SCRIPT = `"use strict";
const $ = (id) => document.getElementById(id);
const messages = [];
let abort;
function say(role, content) {
  const line = document.createElement("p");
  line.className = role;
  line.textContent = content;
  $("log").append(line);
  return line;
}
$("stop").addEventListener("click", () => abort?.abort());
$("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  abort?.abort();
  abort = new AbortController();
  const { signal } = abort;
  messages.push({ role: "user", content: $("question").value });
  say("user", $("question").value);
  $("question").value = "";
  $("stop").disabled = false;
  const line = say("assistant", "");
  try {
    const response = await fetch("/chat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages }),
      signal,
    });
    if (!response.ok) throw new Error("The server answered " + response.status);
    let rest = "";
    for await (const text of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
      const events = (rest + text).split("\\n\\n");
      rest = events.pop();
      for (const each of events) {
        const lines = each.split("\\n");
        const data = lines.filter((l) => l.startsWith("data: ")).map((l) => l.slice(6)).join("\\n");
        if (lines.includes("event: error")) throw new Error(JSON.parse(data).message);
        if (data !== "[DONE]") line.textContent += data;
      }
    }
  } catch (error) {
    line.textContent += signal.aborted ? " (stopped)" : " (" + error.message + ")";
  }
  messages.push({ role: "assistant", content: line.textContent });
  // A question that came meanwhile can still be stopped.
  if (abort.signal === signal) $("stop").disabled = true;
});
async function* chunks(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
`;

api.get("/", { summary: "The page" }, () =>
  html(PAGE, 200, {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  }));
api.static("/icon.svg", ICON, { headers: { "content-type": "image/svg+xml" } });
api.static("/page.css", STYLE, { headers: { "content-type": "text/css; charset=UTF-8" } });
api.static("/page.js", SCRIPT, { headers: { "content-type": "text/javascript; charset=UTF-8" } });

export default api;
