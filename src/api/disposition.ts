import { MultipartError } from "./multipart_error.ts";

/** The parameters of `form-data; name="a;b"; filename*=UTF-8''x`; quoted ones may hold `;` and `\"`. */
export function dispositionParameters(value: string): Map<string, string> {
  const out = new Map<string, string>();
  if (!/^form-data[ \t]*(?:;|$)/i.test(value)) return out;
  for (const [, name, quoted, token] of value.matchAll(PARAMETER)) {
    const text = quoted === undefined ? token! : quoted.replace(/\\(["\\])/g, "$1");
    const key = name!.toLowerCase();
    if (!out.has(key)) {
      out.set(key, text.replace(/%(22|0[dD]|0[aA])/g, decodeURIComponent));
    }
  }
  return out;
}

const PARAMETER = /;[ \t]*([A-Za-z0-9_*-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/gs;

/** RFC 6266 §4.3: `filename*` goes before `filename`, and no name brings its folders along. */
export function filenameOf(
  parameters: ReadonlyMap<string, string>,
): string | undefined {
  const extended = /^utf-8'[^']*'(.*)$/i.exec(
    parameters.get("filename*") ?? "",
  );
  let name = parameters.get("filename");
  if (extended !== null) {
    try {
      name = decodeURIComponent(extended[1]!);
    } catch {
      throw new MultipartError("a filename* is not percent-encoded UTF-8");
    }
  }
  return name?.replace(/^.*[\\/]/s, "");
}
