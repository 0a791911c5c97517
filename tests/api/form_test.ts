import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Api, email, formParts, int, list, object, text, upload } from "../../src/api/mod.ts";

// deno-lint-ignore no-explicit-any -- an answer is read by path
type Answer = any;

const api = new Api({ limits: { maxFormParts: 20, maxFileBytes: 1000, maxFormBytes: 100_000 } });
api.post("/form", {
  form: {
    name: text({ min: 1 }),
    age: int().optional(),
    tag: list(text()).optional(),
    mail: email().optional(),
    avatar: upload({ types: ["image/*"], maxBytes: 2000 }).optional(),
    files: list(upload()).optional(),
  },
}, async (c) => ({
  ...c.form,
  avatar: c.form.avatar && [c.form.avatar.name, c.form.avatar.type, await c.form.avatar.text()],
  files: c.form.files?.map((file) => `${file.name}:${file.size}`),
}));
api.post("/parts", async (c) => {
  const seen: unknown[] = [];
  for await (const part of formParts(c)) {
    let size = 0;
    for await (const chunk of part.chunks) {
      size += chunk.length;
      if (part.name === "skip") break;
    }
    seen.push([part.name, part.filename ?? null, part.type, part.name === "skip" ? -1 : size]);
  }
  return seen;
});

async function post(path: string, body: BodyInit, type?: string): Promise<[number, Answer]> {
  const response = await api.request(path, {
    method: "POST",
    body,
    ...(type === undefined ? {} : { headers: { "content-type": type } }),
  });
  return [response.status, await response.json()];
}

const URLENCODED = "application/x-www-form-urlencoded";
const BOUNDARY = "multipart/form-data; boundary=XX";

test("urlencoded fields are decoded and coerced", async () => {
  assertEquals(await post("/form", "name=A+%26+b&age=7&tag=x&tag=%C3%BC&mail=", URLENCODED), [200, {
    name: "A & b",
    age: 7,
    tag: ["x", "ü"],
  }]);
  const [status, { detail }] = await post("/form", "age=x&mail=a", URLENCODED);
  assertEquals(status, 422);
  assertEquals(detail.map((each: Answer) => [each.type, each.loc.join(".")]), [
    ["missing", "body.name"],
    ["int_parsing", "body.age"],
    ["value_error", "body.mail"],
  ]);
  assertEquals((await post("/form", "name=%ff", URLENCODED))[1].detail[0].type, "form_invalid");
  assertEquals((await post("/form", "name=%zz", URLENCODED))[0], 422);
  assertEquals((await post("/form", "name=1".repeat(1) + "&x=1".repeat(30), URLENCODED))[0], 413);
  assertEquals((await post("/form", "name=a#b", URLENCODED))[1].name, "a#b");
});

test("multipart fields and files, as the platform's FormData writes them", async () => {
  const form = new FormData();
  form.set("name", 'Zoë; \r\n"q"');
  form.append("tag", "1");
  form.append("tag", "2");
  form.set("avatar", new File(["\x89PNG"], 'a;"b".png', { type: "image/png" }));
  form.append("files", new File(["12345"], "ü.txt"));
  form.append("files", new File([new Uint8Array(900)], "n.bin"));
  const [status, answer] = await post("/form", form);
  assertEquals(status, 200);
  assertEquals(answer.avatar, ['a;"b".png', "image/png", "\x89PNG"]);
  assertEquals([answer.name, answer.tag, answer.files], ['Zoë; \r\n"q"', ["1", "2"], [
    "ü.txt:5",
    "n.bin:900",
  ]]);
});

function part(headers: string, body: string): string {
  return `--XX\r\n${headers}\r\n\r\n${body}\r\n`;
}

const named = (name: string, body: string) =>
  part(`Content-Disposition: form-data; name="${name}"`, body);

test("dispositions: quoted semicolons, escapes, filename*, folders", async () => {
  const body = part(
    `content-disposition: form-data; filename*=UTF-8''%E2%82%AC%20rates.txt; filename="x"; name="a;b=\\"c\\""`,
    "12",
  ) +
    part(
      `Content-Disposition: form-data; name=plain; filename="C:\\dir\\x.txt"\r\nContent-Type: text/csv`,
      "1",
    ) +
    part(`Content-Disposition:form-data;name="e";filename="../../etc/passwd"`, "") + "--XX--";
  assertEquals(await post("/parts", body, BOUNDARY), [200, [
    ['a;b="c"', "€ rates.txt", "text/plain", 2],
    ["plain", "x.txt", "text/csv", 1],
    ["e", "passwd", "text/plain", 0],
  ]]);
});

test("a part that is left early is skipped; preamble, epilogue and boundary look-alikes are no parts", async () => {
  const body = "preamble\r\n" + named("skip", "x".repeat(70_000)) +
    named("b", "\r\n--X\r\n--XY\r\n-") + "--XX--\r\nepilogue";
  assertEquals(await post("/parts", body, BOUNDARY), [200, [
    ["skip", null, "text/plain", -1],
    ["b", null, "text/plain", 14],
  ]]);
});

test("malformed and oversized forms", async () => {
  const table: [string, string, string, number][] = [
    ["no end", named("name", "x"), BOUNDARY, 422],
    ["no name", part("Content-Disposition: form-data", "x") + "--XX--", BOUNDARY, 422],
    ["no disposition", part("X: y", "x") + "--XX--", BOUNDARY, 422],
    ["no colon", part("nonsense", "x") + "--XX--", BOUNDARY, 422],
    [
      "attachment",
      part(`Content-Disposition: attachment; name="a"`, "x") + "--XX--",
      BOUNDARY,
      422,
    ],
    ["text after delimiter", `--XX junk\r\n\r\n--XX--`, BOUNDARY, 422],
    ["empty", "", BOUNDARY, 422],
    ["no boundary", "x", "multipart/form-data", 422],
    ["other multipart", "x", "multipart/mixed; boundary=XX", 415],
    ["JSON", "{}", "application/json", 415],
    ["headers too long", part("X: " + "y".repeat(20_000), "x") + "--XX--", BOUNDARY, 422],
    ["too many parts", named("x", "1").repeat(21) + "--XX--", BOUNDARY, 413],
    [
      "file too large",
      part(`Content-Disposition: form-data; name="files"; filename="f"`, "x".repeat(1001)) +
      "--XX--",
      BOUNDARY,
      413,
    ],
    ["form too large", named("x", "y".repeat(100_001)) + "--XX--", BOUNDARY, 413],
    [
      "wrong file type",
      named("name", "a") +
      part(`Content-Disposition: form-data; name="avatar"; filename="f"`, "x") + "--XX--",
      BOUNDARY,
      422,
    ],
    [
      "a file for a text",
      part(`Content-Disposition: form-data; name="name"; filename="f"`, "x") + "--XX--",
      BOUNDARY,
      422,
    ],
    [
      "bad filename*",
      part(`Content-Disposition: form-data; name="files"; filename*=UTF-8''%ff`, "x") + "--XX--",
      BOUNDARY,
      422,
    ],
  ];
  for (const [what, body, type, status] of table) {
    assertEquals([what, (await post("/form", body, type))[0]], [what, status]);
  }
  assertEquals((await post("/parts", named("x", "1"), BOUNDARY))[0], 422);
});

test("a form of 10,000 parts is refused after the limit", async () => {
  const body = named("x", "1").repeat(10_000) + "--XX--";
  assertEquals((await post("/parts", body.slice(0, 99_000), BOUNDARY))[0], 413);
});

test("__proto__ and constructor are names like others", async () => {
  const open = new Api();
  open.post(
    "/",
    { form: { ["constructor"]: text().optional(), a: text().optional() } },
    (c) => c.form,
  );
  const response = await open.request("/", {
    method: "POST",
    headers: { "content-type": URLENCODED },
    body: "__proto__=x&a=1",
  });
  assertEquals(await response.json(), { a: "1" });
  const json = new Api();
  json.post(
    "/",
    { body: object({ a: int().optional(), ["constructor"]: text().optional() }) },
    (c) => c.body,
  );
  const answer = await json.request("/", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"__proto__":{"polluted":1},"a":1}',
  });
  assertEquals(await answer.json(), { a: 1 });
  assertEquals(({} as Answer).polluted, undefined);
});

test("however a form is cut into chunks, it reads the same", async () => {
  const body = new TextEncoder().encode(
    named("a", "1\r\n2") + named("b", "\r\n--X") +
      part(`Content-Disposition: form-data; name="f"; filename="x"`, "\r\n\r\n--") + "--XX--\r\n",
  );
  const expected = [["a", null, "text/plain", 4], ["b", null, "text/plain", 5], [
    "f",
    "x",
    "text/plain",
    6,
  ]];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
      async (sizes) => {
        let at = 0;
        const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
          pull(controller) {
            const size = sizes.shift() ?? 1000;
            if (at >= body.length) controller.close();
            else controller.enqueue(body.slice(at, at += size));
          },
        });
        const response = await api.fetch(
          new Request("http://x/parts", {
            method: "POST",
            headers: { "content-type": BOUNDARY },
            body: stream,
            duplex: "half",
          } as RequestInit),
        );
        assertEquals(await response.json(), expected);
      },
    ),
    { numRuns: 60 },
  );
});

test("a file's content type is taken in any case, as declared and as sent", async () => {
  const api = new Api();
  api.post(
    "/f",
    { form: { file: upload({ types: ["Image/PNG", "Text/*"] }) } },
    (c) => c.form.file.type,
  );
  const send = async (type: string) => {
    const body = new FormData();
    body.append("file", new File(["x"], "x", { type }));
    return (await api.request("/f", { method: "POST", body })).status;
  };
  assertEquals(await Promise.all(["image/png", "text/csv", "image/gif"].map(send)), [
    200,
    200,
    422,
  ]);
});
