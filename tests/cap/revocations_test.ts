/** Revocation stores: memory, a file that survives a crash at any byte, Redis. */

import { test } from "node:test";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  admitRevocation,
  type AppendFile,
  type Cap,
  FileRevocations,
  issue,
  MemoryRevocations,
  RedisRevocations,
  type RevocationRecord,
  revoke,
  Verifier,
} from "../../cap.ts";
import { openAppendFile } from "../../src/runtime/append_file.ts";
import { RedisReplyParser } from "../../src/runtime/redis_reply.ts";
import { connectRedis } from "../../src/runtime/redis_socket.ts";
import { toHex } from "../support/vectors.ts";
import { startRedis } from "./redis_server.ts";
import { chainOf, judge, NOW, OP, signerOf, verifierOf } from "./support.ts";

/** `count` capabilities with their revocations. */
async function revoked(
  count: number,
): Promise<{ cap: Cap; record: RevocationRecord }[]> {
  const owner = await signerOf(1);
  return await Promise.all(Array.from({ length: count }, async (_, i) => {
    const cap = await issue({ kind: i, permissions: OP, issuedAt: NOW }, owner);
    return {
      cap,
      record: {
        revocation: await revoke(cap, NOW, owner),
        expiresAt: BigInt(i % 2) * 99n,
      },
    };
  }));
}

/** A file in memory whose disk stops at a byte. */
class CrashingFile implements AppendFile {
  bytes: Uint8Array;
  /** Bytes that the disk still takes. */
  left: number;

  constructor(bytes: Uint8Array = new Uint8Array(0), left = Infinity) {
    this.bytes = bytes;
    this.left = left;
  }

  read(): Promise<Uint8Array> {
    return Promise.resolve(this.bytes.slice());
  }

  size(): Promise<number> {
    return Promise.resolve(this.bytes.length);
  }

  append(bytes: Uint8Array): Promise<void> {
    const taken = bytes.subarray(0, Math.min(bytes.length, this.left));
    this.left -= taken.length;
    this.bytes = new Uint8Array([...this.bytes, ...taken]);
    return taken.length < bytes.length ? Promise.reject(new Error("disk full")) : Promise.resolve();
  }

  truncate(length: number): Promise<void> {
    this.bytes = this.bytes.slice(0, length);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

test("a revocation is admitted only if it is of this capability and by its issuer", async () => {
  const [owner, stranger] = await Promise.all([signerOf(1), signerOf(2)]);
  const cap = await issue({ kind: 1, permissions: OP, expiresAt: NOW }, owner);
  const other = await issue({ kind: 2, permissions: OP }, owner);
  const verifier = new Verifier();
  const store = new MemoryRevocations(() => NOW);
  const good = await revoke(cap, NOW, owner);
  const admit = async (revocation: typeof good, key: Uint8Array) =>
    (await admitRevocation(store, cap, revocation, key, verifier))?.code ??
      "kept";
  const forged = {
    ...good,
    revokerSig: await stranger.sign(new Uint8Array(40)),
  };
  assertEquals(
    await admit(await revoke(other, NOW, owner), owner.publicKey()),
    "chain_broken",
  );
  assertEquals(await admit(good, stranger.publicKey()), "issuer_unknown");
  assertEquals(await admit(forged, owner.publicKey()), "sig_mismatch");
  assertEquals(
    await admit({ ...good, revokedAt: NOW + 1n }, owner.publicKey()),
    "sig_mismatch",
  );
  assertEquals(store.size, 0);
  assertEquals(await admit(good, owner.publicKey()), "kept");
  assertEquals(store.isRevoked(await cap.id()), true);
  assertEquals(store.get(await cap.id())!.expiresAt, NOW);
  assertEquals(store.isRevoked(await other.id()), false);
});

test("only the issuer revokes, and a parent's revocation kills its descendants", async () => {
  const honest = await chainOf(3);
  const root = honest.chain[1]!;
  const error = await assertRejects(() => revoke(root, NOW, honest.signers[1]!));
  assertEquals((error as { code?: string }).code, "chain_broken");
  const store = new MemoryRevocations(() => NOW);
  const verifier = verifierOf(honest, {
    isRevoked: (id) => store.isRevoked(id),
  });
  assertEquals(await judge(verifier, honest), "valid");
  await store.add({
    revocation: await revoke(root, NOW, honest.signers[0]!),
    expiresAt: 0n,
  });
  assertEquals(await judge(verifier, honest), "revoked");
});

test("memory: records go a day after their capabilities expire, no others", async () => {
  let now = 99n;
  const store = new MemoryRevocations(() => now);
  for (const { record } of await revoked(6)) await store.add(record);
  store.sweep();
  assertEquals(store.size, 6);
  // A clock that was a day ahead and is set back must not revive anything.
  now = 99n + 86_400n;
  store.sweep();
  assertEquals(store.size, 6);
  now++;
  store.sweep();
  assertEquals(store.size, 3);
  assert([...store.records()].every(({ expiresAt }) => expiresAt === 0n));
});

test("file: what was kept is there after opening again, signatures included", async () => {
  const folder = await mkdtemp(join(tmpdir(), "zap-revocations-"));
  try {
    const path = join(folder, "revoked");
    const all = await revoked(5);
    const first = await FileRevocations.open(
      await openAppendFile(path),
      () => NOW * 0n,
    );
    await Promise.all(all.map(({ record }) => first.add(record)));
    await first.close();
    assertEquals((await stat(path)).mode & 0o777, 0o600);
    for (let time = 0; time < 2; time++) {
      const store = await FileRevocations.open(
        await openAppendFile(path),
        () => 0n,
      );
      assertEquals(store.size, 5);
      for (const { cap, record } of all) {
        const kept = store.get(await cap.id())!;
        assertEquals(kept.expiresAt, record.expiresAt);
        assertEquals(
          toHex(kept.revocation.revokerSig),
          toHex(record.revocation.revokerSig),
        );
        assertEquals(kept.revocation.revokedAt, NOW);
      }
      await store.close();
    }
    // Half a record, as a crash leaves it: opening repairs the real file.
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 5));
    const repaired = await FileRevocations.open(
      await openAppendFile(path),
      () => 0n,
    );
    assertEquals(repaired.size, 4);
    await repaired.add(all[4]!.record);
    await repaired.close();
    assertEquals(toHex(await readFile(path)), toHex(whole));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("file: a crash at any byte loses nothing that was acknowledged", async () => {
  const all = await revoked(4);
  const ids = await Promise.all(all.map(({ cap }) => cap.id()));
  const complete = new CrashingFile();
  const store = await FileRevocations.open(complete, () => 0n);
  for (const { record } of all) await store.add(record);
  const total = complete.bytes.length;
  let crashes = 0;
  for (let left = 0; left < total; left++) {
    const file = new CrashingFile(undefined, left);
    let acknowledged = 0;
    try {
      const store = await FileRevocations.open(file, () => 0n);
      for (const { record } of all) {
        await store.add(record);
        acknowledged++;
      }
    } catch (error) {
      assertEquals((error as Error).message, "disk full");
      crashes++;
    }
    // The file as the crash left it, and grown by zeroes that the file system had already added.
    for (const zeroes of [0, 1, 700]) {
      const left = new CrashingFile(
        new Uint8Array([...file.bytes, ...new Uint8Array(zeroes)]),
      );
      const again = await FileRevocations.open(left, () => 0n);
      for (let i = 0; i < acknowledged; i++) assert(again.isRevoked(ids[i]!));
      assert(
        again.size === acknowledged,
        `${again.size} records, ${acknowledged} acknowledged`,
      );
      // And it goes on from there.
      for (const { record } of all) await again.add(record);
      const last = await FileRevocations.open(
        new CrashingFile(left.bytes),
        () => 0n,
      );
      assertEquals(last.size, all.length);
    }
  }
  assertEquals(crashes, total);
});

test("file: a failed append is revoked in memory, and the next one cuts off what it left", async () => {
  const all = await revoked(3);
  const file = new CrashingFile();
  const store = await FileRevocations.open(file, () => 0n);
  await store.add(all[0]!.record);
  file.left = 20;
  await assertRejects(() => store.add(all[1]!.record), Error, "disk full");
  assertEquals(store.isRevoked(await all[1]!.cap.id()), true);
  file.left = Infinity;
  await store.add(all[2]!.record);
  const again = await FileRevocations.open(
    new CrashingFile(file.bytes),
    () => 0n,
  );
  assertEquals(again.isRevoked(await all[0]!.cap.id()), true);
  assertEquals(again.isRevoked(await all[2]!.cap.id()), true);
  assertEquals(again.size, 2);
});

test("file: what another process has written is neither cut off nor built upon", async () => {
  const all = await revoked(5);
  const file = new CrashingFile();
  const one = await FileRevocations.open(file, () => 0n);
  await one.add(all[0]!.record);
  const other = await FileRevocations.open(file, () => 0n);
  await other.add(all[1]!.record);
  await assertRejects(() => one.add(all[2]!.record), Error, "another process");
  assertEquals(one.isRevoked(await all[2]!.cap.id()), true);
  // Nor after an append of its own that failed.
  file.left = 20;
  await assertRejects(() => other.add(all[3]!.record), Error, "disk full");
  file.left = Infinity;
  const third = await FileRevocations.open(file, () => 0n);
  await third.add(all[4]!.record);
  await assertRejects(() => other.add(all[3]!.record), Error, "another process");
  const last = await FileRevocations.open(file, () => 0n);
  for (const i of [0, 1, 4]) assert(last.isRevoked(await all[i]!.cap.id()), `record ${i}`);
  assertEquals(last.size, 3);
});

test("file: damage before the end is an error, in every byte; a foreign file too", async () => {
  const file = new CrashingFile();
  const store = await FileRevocations.open(file, () => 0n);
  for (const { record } of await revoked(3)) await store.add(record);
  const record = (file.bytes.length - 8) / 3;
  for (let at = 0; at < 8 + 2 * record; at++) {
    const damaged = file.bytes.slice();
    damaged[at]! ^= 0x40;
    const opened = await FileRevocations.open(
      new CrashingFile(damaged),
      () => 0n,
    )
      .then(
        (store) => `opened with ${store.size}`,
        (error: Error) => error.message,
      );
    assert(
      opened.startsWith("Cannot open revocations"),
      `byte ${at}: ${opened}`,
    );
  }
  const foreign = new CrashingFile(new TextEncoder().encode("{}"));
  await assertRejects(
    () => FileRevocations.open(foreign),
    Error,
    "not one of revocations",
  );
});

test("Redis: revocations are shared, go when they may, and fail closed", async (t) => {
  const redis = await startRedis();
  if (!redis) {
    console.log("skipped: redis-server is not installed");
    return t.skip("redis-server is not installed");
  }
  const client = connectRedis({
    hostname: "127.0.0.1",
    port: redis.port,
  });
  try {
    const store = new RedisRevocations(client, "test:");
    const honest = await chainOf(2);
    const verifier = verifierOf(honest, {
      isRevoked: (id) => store.isRevoked(id),
    });
    assertEquals(await judge(verifier, honest), "valid");
    assertEquals(await judge(verifier, honest), "valid");
    const [owner] = honest.signers;
    const root = honest.chain[0]!;
    const revocation = await revoke(root, NOW, owner!);
    assertEquals(
      await admitRevocation(
        store,
        root,
        revocation,
        owner!.publicKey(),
        verifier,
      ),
      null,
    );
    assertEquals(await judge(verifier, honest), "revoked");
    const kept = await store.get(await root.id());
    assertEquals(
      toHex(kept!.revocation.revokerSig),
      toHex(revocation.revokerSig),
    );
    assertEquals(await store.get(await honest.leaf.id()), undefined);
    // Others see it; many at once are answered in order.
    const other = connectRedis({
      hostname: "127.0.0.1",
      port: redis.port,
    });
    const shared = new RedisRevocations(other, "test:");
    const ids = [await root.id(), await honest.leaf.id()];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => shared.isRevoked(ids[i % 2]!)),
    );
    assertEquals(answers, Array.from({ length: 100 }, (_, i) => i % 2 === 0));
    other.close();
    // A record of a capability with an expiry has one itself, beyond it.
    const expiresAt = BigInt(Math.floor(Date.now() / 1000)) + 1000n;
    const brief = await issue({ kind: 1, permissions: OP, expiresAt }, owner!);
    await admitRevocation(
      store,
      brief,
      await revoke(brief, NOW, owner!),
      owner!.publicKey(),
      verifier,
    );
    const ttl = await client.command([
      "TTL",
      `test:${toHex(await brief.id())}`,
    ]);
    assert(typeof ttl === "number" && ttl > 1000, String(ttl));
    assertEquals(
      await client.command(["TTL", `test:${toHex(await root.id())}`]),
      -1,
    );
    await assertRejects(
      () => client.command(["NONSENSE"]),
      Error,
      "Redis: ERR",
    );
    // Redis goes away: nobody can say that nothing was revoked.
    await redis.stop();
    assertEquals(await judge(verifier, honest), "revoked");
    await assertRejects(() => client.command(["PING"]));
  } finally {
    client.close();
    await redis.stop();
  }
  await assertRejects(() => client.command(["PING"]), Error, "closed");
});

test("Redis: replies are parsed however they are cut, and bounded", () => {
  const text = "+OK\r\n-ERR no\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*2\r\n:1\r\n*1\r\n$0\r\n\r\n*-1\r\n";
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size++) {
    const parser = new RedisReplyParser();
    const replies = [];
    for (let at = 0; at < bytes.length; at += size) {
      replies.push(...parser.push(bytes.subarray(at, at + size)));
    }
    assertEquals(replies.length, 7);
    assertEquals([replies[0], replies[2], replies[4], replies[6]], [
      "OK",
      -7,
      null,
      null,
    ]);
    assert(replies[1] instanceof Error);
    assertEquals([...replies[3] as Uint8Array], [97, 13, 10]);
  }
  for (
    const bad of [
      "?\r\n",
      "$x\r\n",
      "$9999999\r\n",
      ":1\rx",
      "*1\r\n".repeat(10),
    ]
  ) {
    let threw = false;
    try {
      new RedisReplyParser().push(new TextEncoder().encode(bad));
    } catch (error) {
      threw = (error as Error).message.startsWith("Cannot parse Redis reply");
    }
    assert(threw, bad);
  }
});
