import { getPath } from "hono/utils/url";

/** The path of a request as Hono matches it; Hono's own function where there is something to decode. */
export function requestPath(request: Pick<Request, "url">): string {
  const url = request.url;
  const start = url.indexOf("/", 8);
  const mark = url.indexOf("?", start);
  const path = mark === -1 ? url.slice(start) : url.slice(start, mark);
  return start === -1 || path.indexOf("%") !== -1 || path.indexOf("#") !== -1
    ? getPath(request as Request)
    : path;
}
