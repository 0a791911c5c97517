/**
 * The benchmark routes: static, typed, a JSON body, and one that needs a header and a cookie.
 *
 * ```sh
 * npx tsx src/cli/zap.ts serve examples/api.ts
 * curl 'http://127.0.0.1:8080/users/42?verbose=true'
 * ```
 *
 * @module
 */

import { Api, bool, HttpError, int, object, text } from "../src/api/mod.ts";

const User = object({ user_id: int(), active: bool(), name: text() }, { name: "User" });

/** The app: a `fetch` handler, so it also runs on each runtime's own server and on serverless platforms. */
export const api: Api = new Api({ title: "Users", version: "1.0.0" });

api.static("/", { ok: true }, { summary: "Whether the server is there" });

api.get("/users/{user_id}", {
  summary: "Reads a user",
  path: { user_id: int({ ge: 1 }) },
  query: { verbose: bool().default(false) },
  response: { 200: object({ user_id: int(), verbose: bool() }, { name: "UserView" }) },
}, (c) => ({ user_id: c.path.user_id, verbose: c.query.verbose }));

api.post("/users", {
  summary: "Answers the user that it is sent",
  body: User,
  response: { 200: User },
}, (c) => c.body);

api.get("/auth", {
  summary: "Needs a header and a cookie",
  headers: { authorization: text().optional() },
  cookies: { session: text().optional() },
}, (c) => {
  if (!c.headers.authorization || !c.cookies.session) throw new HttpError(401);
  return { authorized: true };
});

export default api;
