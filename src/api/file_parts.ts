import type { OpenFile } from "./file_source.ts";
import type { ByteRange } from "./range.ts";

/** What is sent of a file: a range, or a text between ranges. */
export type Part = ByteRange | { readonly text: string };

/** Bytes of a range. */
export function lengthOf(range: ByteRange): number {
  return range.last - range.first + 1;
}

/** All bytes of a range. */
export async function readExactly(
  file: OpenFile,
  at: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file.read(at, length);
  if (bytes.length === length) return bytes;
  const all = new Uint8Array(length);
  all.set(bytes);
  for (let have = bytes.length; have < length;) {
    const more = await file.read(at + have, length - have);
    if (more.length === 0) {
      throw new Error("Cannot send file: it became shorter while it was sent");
    }
    all.set(more, have);
    have += more.length;
  }
  return all;
}

/** The parts as a stream that opens the file when it is first read, and closes it whatever happens. */
export function streamParts(
  open: () => Promise<OpenFile>,
  parts: readonly Part[],
  chunk: number,
): {
  readonly stream: ReadableStream<Uint8Array>;
  readonly sent: Promise<void>;
} {
  let file: OpenFile | undefined;
  let index = 0;
  let at = -1;
  let ended = () => {};
  const sent = new Promise<void>((resolve) => (ended = resolve));
  const finish = async () => {
    await file?.close();
    ended();
  };
  const next = async (): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    file ??= await open();
    const part = parts[index];
    if (part === undefined) return undefined;
    if ("text" in part) {
      index++;
      return new TextEncoder().encode(part.text);
    }
    if (at < part.first) at = part.first;
    const bytes = await readExactly(
      file,
      at,
      Math.min(chunk, part.last - at + 1),
    );
    at += bytes.length;
    if (at > part.last) [index, at] = [index + 1, -1];
    return bytes;
  };
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await next();
        if (bytes !== undefined) return controller.enqueue(bytes);
      } catch (error) {
        await finish();
        throw error;
      }
      await finish();
      controller.close();
    },
    cancel: finish,
  }, { highWaterMark: 0 });
  return { stream, sent };
}

/** Ranges as `multipart/byteranges` (RFC 9110 §14.6). */
export function multipart(
  ranges: readonly ByteRange[],
  boundary: string,
  type: string,
  size: number,
): Part[] {
  const parts = ranges.flatMap((range, i): Part[] => [
    {
      text: `${i === 0 ? "" : "\r\n"}--${boundary}\r\ncontent-type: ${type}\r\n` +
        `content-range: bytes ${range.first}-${range.last}/${size}\r\n\r\n`,
    },
    range,
  ]);
  return [...parts, { text: `\r\n--${boundary}--\r\n` }];
}
