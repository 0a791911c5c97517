/** A tree of byte ranges with what they mean: what `zap decode` finds and prints. */

import { quoted } from "../base/quoted.ts";

/** One range and its parts. */
export interface TreeNode {
  /** Where it begins in the file. */
  readonly offset: number;
  /** How many bytes it takes. */
  readonly length: number;
  /** What it is. */
  readonly label: string;
  /** What it holds, as text. */
  readonly value?: string;
  /** Its parts, in order. */
  readonly children?: readonly TreeNode[];
}

/** The tree as text: offset, length, and the labels indented by depth. */
export function formatTree(nodes: readonly TreeNode[]): string {
  const rows: { node: TreeNode; depth: number }[] = [];
  const collect = (list: readonly TreeNode[], depth: number): void => {
    for (const node of list) {
      rows.push({ node, depth });
      collect(node.children ?? [], depth + 1);
    }
  };
  collect(nodes, 0);
  let [width, labels] = [6, 0];
  for (const { node, depth } of rows) {
    width = Math.max(width, String(node.offset + node.length).length);
    labels = Math.max(labels, node.label.length + 2 * depth);
  }
  labels = Math.min(28, labels);
  const lines = rows.map(({ node, depth }) => {
    const label = "  ".repeat(depth) + node.label;
    const place = `${String(node.offset).padStart(width)} ${String(node.length).padStart(width)}`;
    return `${place}  ${
      node.value === undefined ? label : `${label.padEnd(labels)}  ${node.value}`
    }`;
  });
  return `${"offset".padStart(width)} ${"bytes".padStart(width)}\n${lines.join("\n")}\n`;
}

/** Longest piece of text or bytes shown in a value. */
const PREVIEW_BYTES = 48;

/** Bytes as a person reads them: quoted text where they are printable UTF-8, else hex; cut when long. */
export function previewBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "empty";
  const head = bytes.subarray(0, PREVIEW_BYTES);
  const cut = bytes.length > head.length ? " …" : "";
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(head, { stream: true });
  // deno-lint-ignore no-control-regex
  if (!/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/.test(text)) {
    return quoted(text) + cut;
  }
  return Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join("") + cut;
}
