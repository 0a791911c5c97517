import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import process from "node:process";
import { test } from "node:test";
import { FrameDecoder } from "../../src/rpc/frame_decoder.ts";
import { MessageDecoder, MessageLink, type MessageSink } from "../../src/rpc/message_link.ts";

const MAX = 100_000;

/** Collects frames; stops after each frame for which `stops` says so. */
class Collector implements MessageSink {
  readonly frames: number[][] = [];
  readonly bad: number[] = [];
  readonly held: number[] = [];
  stops: (count: number) => boolean = () => false;

  frame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean {
    assertEquals(view.buffer, buffer);
    assertEquals(view.byteOffset, 0);
    this.frames.push([...new Uint8Array(buffer, start, end - start)]);
    return !this.stops(this.frames.length);
  }

  badLength(length: number): void {
    this.bad.push(length);
  }

  tooMuchHeld(bytes: number): void {
    this.held.push(bytes);
  }
}

function encode(frames: Uint8Array[]): Uint8Array {
  const parts = frames.flatMap((frame) => {
    const word = new Uint8Array(4);
    new DataView(word.buffer).setUint32(0, frame.length, true);
    return [word, frame];
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** A stream in pieces, each at some offset in memory of its own. */
function cut(stream: Uint8Array, cuts: number[]): Uint8Array[] {
  const edges = [
    0,
    ...cuts.map((at) => at % (stream.length + 1)).sort((a, b) => a - b),
    stream.length,
  ];
  return edges.slice(1).map((edge, i) => {
    const memory = new Uint8Array(edge - edges[i]! + 3);
    memory.set(stream.subarray(edges[i]!, edge), 3);
    return memory.subarray(3);
  });
}

const frames = fc.array(fc.uint8Array({ minLength: 0, maxLength: 300 }), {
  maxLength: 12,
});
const cuts = fc.array(fc.nat(4000), { maxLength: 40 });

test("frames: any split gives the same frames", () => {
  fc.assert(
    fc.property(frames, cuts, (given, edges) => {
      const sink = new Collector();
      const decoder = new FrameDecoder(sink, 0, MAX);
      for (const chunk of cut(encode(given), edges)) decoder.push(chunk);
      assertEquals(sink.frames, given.map((frame) => [...frame]));
      assertEquals(decoder.partial, false);
    }),
    { numRuns: 300 },
  );
});

test("frames: any split gives the same frames through any stops and resumes", () => {
  fc.assert(
    fc.property(frames, cuts, fc.nat(5), (given, edges, every) => {
      const sink = new Collector();
      sink.stops = (count) => count % (every + 1) === 0;
      const decoder = new FrameDecoder(sink, 0, MAX);
      for (const chunk of cut(encode(given), edges)) {
        decoder.push(chunk);
        if (decoder.stopped && chunk.length % 2 === 0) decoder.resume();
      }
      while (decoder.stopped) decoder.resume();
      assertEquals(sink.frames, given.map((frame) => [...frame]));
    }),
    { numRuns: 300 },
  );
});

test("frames: memory follows what has arrived, not what is declared", () => {
  const sink = new Collector();
  const decoder = new FrameDecoder(sink, 0, 2 ** 31);
  const head = new Uint8Array([0, 0, 0, 0x70]);
  const before = process.memoryUsage().arrayBuffers ?? 0;
  decoder.push(head);
  for (let i = 0; i < 100; i++) decoder.push(new Uint8Array(10));
  const grown = (process.memoryUsage().arrayBuffers ?? 0) - before;
  assert(grown < 2 ** 24, `${grown} bytes are held for 1004 that came`);
  assertEquals([sink.frames.length, decoder.partial], [0, true]);
});

test("frames: a large frame byte by byte costs linear work", () => {
  const sink = new Collector();
  const decoder = new FrameDecoder(sink, 0, MAX);
  const stream = encode([new Uint8Array(MAX).fill(5)]);
  for (let i = 0; i < stream.length; i++) {
    decoder.push(stream.subarray(i, i + 1));
  }
  assertEquals([sink.frames.length, sink.frames[0]!.length], [1, MAX]);
});

test("frames: a length out of bounds is told once and ends it, whole or in pieces", () => {
  for (const length of [0, 3, 11, 2 ** 31, 2 ** 32 - 1]) {
    for (const size of [1, 4, 8]) {
      const sink = new Collector();
      const decoder = new FrameDecoder(sink, 4, 10);
      const stream = new Uint8Array(32);
      new DataView(stream.buffer).setUint32(0, length, true);
      for (let i = 0; i < stream.length; i += size) {
        decoder.push(stream.slice(i, i + size));
      }
      assertEquals([sink.frames.length, ...sink.bad], [0, length]);
    }
  }
});

test("messages: a link cuts frames apart, a decoder hands them on, with stops", () => {
  fc.assert(
    fc.property(frames, (given) => {
      const sink = new Collector();
      sink.stops = (count) => count % 2 === 0;
      const decoder = new MessageDecoder(sink, 0, MAX);
      const link = new MessageLink({
        bufferedBytes: 0,
        send: (message) => (decoder.push(message), true),
        end() {},
        destroy() {},
        pause() {},
        resume() {},
      });
      link.write(encode(given));
      while (decoder.stopped) decoder.resume();
      assertEquals(sink.frames, given.map((frame) => [...frame]));
    }),
    { numRuns: 100 },
  );
});

test("messages: what a port that cannot pause delivers while stopped is bounded", () => {
  const sink = new Collector();
  sink.stops = () => true;
  const decoder = new MessageDecoder(sink, 0, MAX);
  decoder.push(new Uint8Array(1));
  for (let i = 0; i < 9; i++) decoder.push(new Uint8Array(10_000));
  assertEquals([decoder.stopped, sink.held], [true, []]);
  decoder.resume();
  decoder.push(new Uint8Array(10_000));
  assertEquals(sink.held, []);
  // Empty messages count too.
  for (let i = 0; i < 1000; i++) decoder.push(new Uint8Array(0));
  assertEquals([sink.held.length, sink.frames.length], [1, 2]);
  decoder.resume();
  assertEquals(sink.frames.length, 2);
});
