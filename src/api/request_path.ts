import { getPath } from "hono/utils/url";

/** The path of a request as Hono matches it; Hono's own function where there is something to decode. */
export function requestPath(request: Pick<Request, "url">): string {
  const { url } = request;
  const start = url.indexOf("/", 8);
  if (start === -1) return getPath(request as Request);
  let end = start;
  for (; end < url.length; end++) {
    const code = url.charCodeAt(end);
    if (code === 0x3f) break;
    if (code === 0x25 || code === 0x23) return getPath(request as Request);
  }
  return url.slice(start, end);
}
