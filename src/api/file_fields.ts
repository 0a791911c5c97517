/** Whether the client has the file as it is (RFC 9110 §13.2.2, steps 3 and 4). */
export function isNotModified(
  request: Request,
  etag: string | undefined,
  modified: number,
): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const noneMatch = request.headers.get("if-none-match");
  if (noneMatch !== null) {
    if (noneMatch.trim() === "*") return true;
    const opaque = etag?.replace(/^W\//, "");
    return noneMatch.split(",").some((each) => each.trim().replace(/^W\//, "") === opaque);
  }
  const since = request.headers.get("if-modified-since");
  return since !== null && modified <= Date.parse(since);
}

/** The field that names a download: RFC 6266, with RFC 8187's `filename*` for what is not plain ASCII. */
export function contentDisposition(filename: string): string {
  const name = filename.replace(/^.*[\\/]/, "");
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const plain = `attachment; filename="${ascii}"`;
  if (ascii === name) return plain;
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /['()*]/g,
    (char) => "%" + char.charCodeAt(0).toString(16).toUpperCase(),
  );
  return `${plain}; filename*=UTF-8''${encoded}`;
}
