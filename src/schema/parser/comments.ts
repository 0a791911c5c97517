/** What comments mean: docs and directives. */

const DIRECTIVE = /^#+\s*@openapi:(\w+)\s+(\S.*)$/;

/** A directive's key and value; `undefined` if the comment is none. */
export function directiveOf(comment: string): { key: string; value: string } | undefined {
  const match = DIRECTIVE.exec(comment);
  return match ? { key: match[1]!, value: match[2]! } : undefined;
}

/**
 * The doc of a declaration: the comment lines directly above it, without `#`, or else the one
 * beside it.
 */
export function docOf(leading: readonly string[], beside?: string): string | undefined {
  if (beside === undefined && leading.length === 0) return undefined;
  const isDoc = (line: string): boolean => !directiveOf(line);
  const above = leading.slice(leading.lastIndexOf("") + 1).filter(isDoc);
  const lines = (above.length > 0 || beside === undefined ? above : [beside].filter(isDoc))
    .map(withoutMark);
  const first = lines.findIndex((line) => line !== "");
  const last = lines.findLastIndex((line) => line !== "");
  return first < 0 ? undefined : lines.slice(first, last + 1).join("\n");
}

function withoutMark(comment: string): string {
  return comment.replace(/^#+ ?/, "").trimEnd();
}
