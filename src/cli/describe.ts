/**
 * Describes a ZAP message as a tree of byte ranges, by the layout of its root struct where that is
 * known, else by what the bytes look like.
 *
 * @module
 */

import type { Field, Struct, Type } from "../schema/model.ts";
import { slotWidth } from "../schema/model.ts";
import { Message, StructView } from "../wire/views.ts";
import { HEADER_SIZE } from "../wire/format.ts";
import { ZapParseError } from "../wire/parse_error.ts";
import { previewBytes, type TreeNode } from "./tree.ts";

/** Layouts of the messages that the transports themselves send (spec: rpc.md). */
export const TRANSPORT_STRUCTS: Readonly<Record<"request" | "response" | "handshake", Struct>> = {
  request: {
    name: "request",
    size: 28,
    fields: [
      { name: "method", type: { kind: "u32" }, offset: 0 },
      { name: "promiseID", type: { kind: "u32" }, offset: 4 },
      { name: "target", type: { kind: "u32" }, offset: 8 },
      { name: "cap", type: { kind: "bytes" }, offset: 12 },
      { name: "payload", type: { kind: "bytes" }, offset: 20 },
    ],
  },
  response: {
    name: "response",
    size: 20,
    fields: [
      { name: "status", type: { kind: "u32" }, offset: 0 },
      { name: "promiseID", type: { kind: "u32" }, offset: 4 },
      { name: "body", type: { kind: "bytes" }, offset: 12 },
    ],
  },
  handshake: {
    name: "handshake",
    size: 64,
    fields: [
      { name: "nodeID", type: { kind: "bytes_fixed", size: 60 }, offset: 0 },
      { name: "length", type: { kind: "u32" }, offset: 60 },
    ],
  },
};

/** How deep messages within messages are shown. */
const MAX_DEPTH = 16;
/** Elements of a list, and words of an unknown object, that are shown. */
const MAX_SHOWN = 64;
/**
 * Parts of a message that are shown, and no more than it has bytes: pointers of a hostile one may
 * share and circle, which would be parts without end.
 */
const MAX_PARTS = 10_000;

/** What is known beyond the bytes. */
export interface Knowledge {
  /** Layout of the root object. */
  readonly struct?: Struct | undefined;
  /** Finds the layout of a nested struct by name. */
  readonly find?: (name: string) => Struct | undefined;
}

/** How many parts may still be shown. */
interface Budget {
  left: number;
}

/**
 * Describes the message that begins at `start` of a file.
 *
 * @param bytes The message; its offsets in the result count from `start`.
 * @returns One node; a message that cannot be parsed is a node that says why.
 */
export function describeMessage(bytes: Uint8Array, start: number, known: Knowledge): TreeNode {
  return describeWithin({ left: Math.min(bytes.length, MAX_PARTS) }, bytes, start, known, 0);
}

function describeWithin(
  budget: Budget,
  bytes: Uint8Array,
  start: number,
  known: Knowledge,
  depth: number,
): TreeNode {
  let message: Message;
  try {
    message = Message.parse(bytes);
  } catch (error) {
    if (!(error instanceof ZapParseError)) throw error;
    return { offset: start, length: bytes.length, label: "not a message", value: error.message };
  }
  const root = message.root();
  const describe = new Describer(budget, message, start, known, depth);
  const type = message.flags() >> 8;
  const header = `version ${message.version()}, flags 0x${message.flags().toString(16)}` +
    (type ? ` (message type ${type})` : "") + `, root @${root.offset}, size ${message.size()}`;
  return {
    offset: start,
    length: message.size(),
    label: known.struct ? `message: ${known.struct.name}` : "message",
    children: [
      { offset: start, length: HEADER_SIZE, label: "header", value: header },
      ...(known.struct ? describe.struct(root, known.struct) : describe.unknown(root)),
    ],
  };
}

class Describer {
  readonly #budget: Budget;
  readonly #message: Message;
  readonly #start: number;
  readonly #known: Knowledge;
  readonly #depth: number;

  constructor(
    budget: Budget,
    message: Message,
    start: number,
    known: Knowledge,
    depth: number,
  ) {
    this.#budget = budget;
    this.#message = message;
    this.#start = start;
    this.#known = known;
    this.#depth = depth;
  }

  /** The fields of an object whose layout is known. */
  struct(view: StructView, struct: Struct): TreeNode[] {
    if (view.isNull()) return [];
    const nodes: TreeNode[] = [];
    for (const field of struct.fields) {
      if (this.#budget.left-- <= 0) {
        nodes.push(this.#node(view.offset + field.offset, 0, "…", "the rest is not shown"));
        break;
      }
      nodes.push(this.#field(view, field));
    }
    return nodes;
  }

  #node(at: number, length: number, label: string, value: string, children?: TreeNode[]): TreeNode {
    const node = { offset: this.#start + at, length, label, value };
    return children && children.length > 0 ? { ...node, children } : node;
  }

  #field(view: StructView, { name, type, offset }: Field): TreeNode {
    const at = view.offset + offset;
    const label = `${name} ${typeName(type)}`;
    const width = slotWidth(type);
    switch (type.kind) {
      case "bytes_fixed":
        return this.#node(at, width, label, previewBytes(view.bytesFixed(offset, type.size)));
      case "text":
      case "bytes":
        return this.#bytes(view, offset, label);
      case "struct": {
        const object = view.object(offset);
        const struct = this.#known.find?.(type.name);
        const deeper = struct && this.#depth < MAX_DEPTH
          ? new Describer(
            this.#budget,
            this.#message,
            this.#start,
            this.#known,
            this.#depth + 1,
          ).struct(object, struct)
          : [];
        const value = object.isNull() ? "null" : `→ @${this.#start + object.offset}`;
        return this.#node(at, width, label, value, deeper);
      }
      case "list":
        return this.#list(view, offset, label, type.of);
      default:
        return this.#node(at, width, label, String(view[type.kind](offset)));
    }
  }

  #bytes(view: StructView, offset: number, label: string): TreeNode {
    const at = view.offset + offset;
    const bytes = view.bytes(offset);
    if (bytes.length === 0) return this.#node(at, 8, label, "empty");
    const target = this.#start + at + view.u32(offset);
    const value = `${bytes.length} bytes → @${target} ${previewBytes(bytes)}`;
    return this.#node(at, 8, label, value, this.#nested(bytes, target));
  }

  /** Bytes that are themselves a message are shown as one. */
  #nested(bytes: Uint8Array, at: number, struct?: Struct): TreeNode[] {
    const looksLikeMessage = bytes.length >= HEADER_SIZE && bytes[0] === 0x5a &&
      bytes[1] === 0x41 && bytes[2] === 0x50 && bytes[3] === 0;
    if (!looksLikeMessage || this.#depth >= MAX_DEPTH || this.#budget.left <= 0) return [];
    this.#budget.left -= 2; // it, and its header
    const known = { struct, find: this.#known.find! };
    return [describeWithin(this.#budget, bytes, at, known, this.#depth + 1)];
  }

  #list(view: StructView, offset: number, label: string, of: Type): TreeNode {
    const list = view.list(offset);
    const at = view.offset + offset;
    if (list.isNull()) return this.#node(at, 8, label, "empty");
    const value = `${list.len()} elements → @${this.#start + list.offset}`;
    const shown = Math.min(list.len(), MAX_SHOWN);
    const children: TreeNode[] = [];
    switch (of.kind) {
      case "text":
      case "bytes":
      case "bytes_fixed":
      case "struct": {
        const struct = of.kind === "struct" ? this.#known.find?.(of.name) : undefined;
        let position = list.offset;
        for (const element of list) {
          if (children.length === shown || this.#budget.left-- <= 0) break;
          const nested = this.#nested(element, this.#start + position + 4, struct);
          const length = 4 + element.length;
          children.push(
            this.#node(position, length, `[${children.length}]`, previewBytes(element), nested),
          );
          position += length;
        }
        break;
      }
      case "list":
        break; // has no layout
      default: {
        const width = slotWidth(of);
        const slots = new StructView(this.#message.data, list.offset);
        for (let i = 0; i < shown && this.#budget.left-- > 0; i++) {
          const at = list.offset + i * width;
          const fits = at + width <= this.#message.size();
          const value = fits ? String(slots[of.kind](i * width)) : "outside the message";
          children.push(this.#node(at, width, `[${i}]`, value));
        }
      }
    }
    if (list.len() > children.length) {
      const rest = list.len() - children.length;
      children.push(this.#node(list.offset, 0, "…", `${rest} more elements are not shown`));
    }
    return this.#node(at, 8, label, value, children);
  }

  /** An object of unknown layout: its words, with those that look like a bytes slot followed. */
  unknown(root: StructView): TreeNode[] {
    const size = this.#message.size();
    if (root.isNull() || root.offset >= size) return [];
    const nodes: TreeNode[] = [];
    let end = size - root.offset;
    for (let offset = 0; offset + 4 <= end && nodes.length < MAX_SHOWN;) {
      if (this.#budget.left-- <= 0) break;
      const at = root.offset + offset;
      const bytes = offset + 8 <= end ? root.bytes(offset) : new Uint8Array(0);
      if (bytes.length > 0 && root.u32(offset) >= 8) {
        end = Math.min(end, offset + root.u32(offset));
        nodes.push(this.#bytes(root, offset, `@${offset} bytes or text?`));
        offset += 8;
      } else {
        const word = root.u32(offset);
        nodes.push(
          this.#node(at, 4, `@${offset}`, `${word}  0x${word.toString(16).padStart(8, "0")}`),
        );
        offset += 4;
      }
    }
    return nodes;
  }
}

function typeName(type: Type): string {
  if (type.kind === "list") return `list<${typeName(type.of)}>`;
  if (type.kind === "struct") return type.name;
  return type.kind === "bytes_fixed" ? `bytes_fixed[${type.size}]` : type.kind;
}
