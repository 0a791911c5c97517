import { test } from "node:test";
import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { AccessLog, type AccessRecord, formatRecord } from "../../src/http/access_log.ts";

const RECORD: AccessRecord = {
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  id: "abc-1",
  client: "192.0.2.1",
  method: "GET",
  path: "/a?token=secret",
  status: 200,
  bytes: 12,
  ms: 1.23456,
};

test("a line has its fields, and no query", () => {
  assertEquals(
    formatRecord(RECORD),
    '{"time":"2026-01-02T03:04:05.006Z","id":"abc-1","client":"192.0.2.1","method":"GET",' +
      '"path":"/a","status":200,"bytes":12,"ms":1.235}\n',
  );
  assertEquals("client" in JSON.parse(formatRecord({ ...RECORD, client: undefined })), false);
});

test("no text makes a second line, a control character or a line without bound", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 900 }), (text) => {
      const line = formatRecord({ ...RECORD, path: text, id: text, client: text });
      assertEquals(line.indexOf("\n"), line.length - 1);
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/.test(line));
      assertLess(line.length, 12_000);
      const parsed = JSON.parse(line);
      assertEquals(parsed.id, text.length > 512 ? text.slice(0, 512) + "…" : text);
    }),
    { numRuns: 300 },
  );
});

test("lines of one turn leave together, in order", async () => {
  const writes: string[] = [];
  const log = new AccessLog({ sink: { write: (lines) => void writes.push(lines) } });
  for (let i = 0; i < 100; i++) log.record({ ...RECORD, id: `r${i}` });
  await log.drain();
  assertEquals(writes.length, 1);
  const ids = writes[0]!.trim().split("\n").map((line) => JSON.parse(line).id);
  assertEquals(ids, Array.from({ length: 100 }, (_, i) => `r${i}`));
});

test("a slow sink costs lines, counted and told, never requests or memory", async () => {
  const writes: string[] = [];
  let release = (): void => {};
  const log = new AccessLog({
    sink: {
      write(lines) {
        writes.push(lines);
        return writes.length === 1 ? new Promise<void>((resolve) => release = resolve) : undefined;
      },
    },
    maxQueuedLength: 1000,
  });
  log.record(RECORD);
  while (writes.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  for (let i = 0; i < 1000; i++) log.record(RECORD);
  const length = formatRecord(RECORD).length;
  const kept = Math.ceil(1000 / length);
  assertEquals(log.dropped, 1000 - kept);
  release();
  await log.drain();
  const last = writes[1]!.trim().split("\n");
  assertEquals(last.length, kept + 1);
  assertEquals(JSON.parse(last.at(-1)!), { dropped: 1000 - kept });
});

test("a failing sink is counted, and writing goes on", async () => {
  const writes: string[] = [];
  const log = new AccessLog({
    sink: {
      write(lines) {
        if (writes.push(lines) === 1) throw new Error("disk full");
      },
    },
  });
  log.record(RECORD);
  log.record(RECORD);
  await log.drain();
  assertEquals([log.failed, log.dropped], [1, 2]);
  log.record(RECORD);
  await log.drain();
  assertEquals(JSON.parse(writes[1]!.trim().split("\n")[1]!), { dropped: 2 });
});
