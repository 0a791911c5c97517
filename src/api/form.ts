import { readBody, tooLarge, unreadRequest } from "./body.ts";
import type { RouteContext } from "./context.ts";
import { HttpError } from "./http_error.ts";
import type { ParamSet } from "./param_set.ts";
import { INVALID, type Invalid, type Issue, prefixIssues } from "./issue.ts";
import type { ApiLimits } from "./limits.ts";
import type { FormPart } from "./multipart.ts";
import { MultipartError } from "./multipart_error.ts";
import { allPairs } from "./query.ts";
import { PendingValue } from "./types/pending.ts";
import type { AnyType } from "./types/type.ts";

/** What reads multipart is loaded by the first of such forms: most apps have none. */
let reading: Promise<typeof import("./multipart.ts")> | undefined;

function multipart(): Promise<typeof import("./multipart.ts")> {
  return reading ??= import("./multipart.ts");
}

/** A field's values, in order: texts and files. */
type Values = (string | File)[];

/**
 * Reads a form into a route's input.
 *
 * @param c The request.
 * @param set What the route declares.
 * @param limits The app's limits.
 * @param issues Where to note what is wrong.
 * @returns The form.
 * @throws {HttpError} 413 above a limit, 415 for another content type.
 */
export async function readForm(
  c: RouteContext,
  set: ParamSet,
  limits: ApiLimits,
  issues: Issue[],
): Promise<unknown> {
  const before = issues.length;
  let fields: Map<string, Values>;
  try {
    fields = await readFields(await unreadRequest(c), set, limits);
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    issues.push(...error.detail as Issue[]);
    return INVALID;
  }
  const out: Record<string, unknown> = {};
  if (set.open) {
    for (const [name, [first]] of fields) {
      Object.defineProperty(out, name, data(first));
    }
  }
  for (const { key, name, type } of set.params) {
    const start = issues.length;
    let value = readField(type, fields.get(name), issues);
    if (value instanceof PendingValue) value = await value.settle(issues);
    if (value === INVALID) prefixIssues(issues, start, "body", name);
    else if (value !== undefined || set.whole === undefined) out[key] = value;
  }
  if (set.whole === undefined || issues.length > before) return out;
  let whole = set.whole.readJson(out, issues);
  if (whole instanceof PendingValue) whole = await whole.settle(issues);
  if (whole === INVALID) prefixIssues(issues, before, "body");
  return whole;
}

/** A plain property, also where it is named `__proto__`. */
function data(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, writable: true, configurable: true };
}

function readField(
  type: AnyType,
  values: Values | undefined,
  issues: Issue[],
): unknown | Invalid {
  const [first] = values ?? [];
  if (first === undefined) return type.readAbsent(issues);
  if (values!.every((value) => typeof value === "string")) {
    return type.readTexts(values as string[], issues);
  }
  return type.readJson(type.repeats ? values : first, issues);
}

async function readFields(
  request: Request,
  set: ParamSet,
  limits: ApiLimits,
): Promise<Map<string, Values>> {
  const contentType = request.headers.get("content-type");
  const wanted = set.open ? undefined : new Map(set.params.map(({ name, type }) => [name, type]));
  if (request.body === null) return new Map();
  if (
    /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(contentType ?? "")
  ) {
    const bytes = await readBody(request, limits.maxBodyBytes);
    if (bytes.length > limits.maxBodyBytes) throw tooLarge(limits.maxBodyBytes);
    return readUrlencoded(bytes, wanted, limits);
  }
  const { boundaryOf, multipartParts } = await multipart();
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) {
    if (/^multipart\/form-data/i.test(contentType ?? "")) {
      throw new MultipartError("its content type names no boundary");
    }
    throw new HttpError(415, {
      detail: "Content type is not supported: send multipart/form-data or " +
        "application/x-www-form-urlencoded",
      headers: {
        accept: "multipart/form-data, application/x-www-form-urlencoded",
      },
    });
  }
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limits.maxFormBytes) {
    throw new HttpError(413, {
      detail: `Form is larger than ${limits.maxFormBytes} bytes`,
    });
  }
  const fields = new Map<string, Values>();
  for await (const part of multipartParts(request.body, boundary, limits)) {
    const type = wanted?.get(part.name);
    // What nobody asked for is not kept.
    if (wanted !== undefined && type === undefined) continue;
    const value = await readPart(part, type, limits);
    if (value !== undefined) {
      add(fields, part.name, value, type?.repeats ?? false, limits);
    }
  }
  return fields;
}

async function readPart(
  part: FormPart,
  type: AnyType | undefined,
  limits: ApiLimits,
): Promise<string | File | undefined> {
  if (part.filename === undefined) return await part.text();
  const bytes = await part.bytes(type?.fileLimit ?? limits.maxFileBytes);
  // A file input that was left empty.
  if (part.filename === "" && bytes.length === 0) return undefined;
  return new File([bytes], part.filename, { type: part.type });
}

function readUrlencoded(
  bytes: Uint8Array,
  wanted: ReadonlyMap<string, AnyType> | undefined,
  limits: ApiLimits,
): Map<string, Values> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new MultipartError("it is not UTF-8");
  }
  const fields = new Map<string, Values>();
  let count = 0;
  try {
    for (const [name, value] of allPairs(text)) {
      if (++count > limits.maxFormParts) {
        throw new HttpError(413, { detail: `Form has more than ${limits.maxFormParts} fields` });
      }
      const type = wanted?.get(name);
      if (wanted === undefined || type !== undefined) {
        add(fields, name, value, type?.repeats ?? false, limits);
      }
    }
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new MultipartError("a field is not percent-encoded UTF-8");
  }
  return fields;
}

/** The first of a field counts, unless it is a list. */
function add(
  fields: Map<string, Values>,
  name: string,
  value: string | File,
  repeats: boolean,
  limits: ApiLimits,
): void {
  const known = fields.get(name);
  if (known === undefined) fields.set(name, [value]);
  else if (repeats && known.length < limits.maxValues) known.push(value);
}

/**
 * The parts of a multipart request as they come, for uploads that are not to be kept in memory.
 *
 * @param c The request, of a route without `form`.
 * @param limits Limits other than the app's.
 * @returns The parts; each must be read before the next.
 * @throws {HttpError} 413 above a limit, 415 for another content type, 422 for what is malformed.
 * @example
 * ```ts
 * import { Api, formParts } from "@zap-proto/edge/api";
 *
 * new Api().post("/upload", async (c) => {
 *   let size = 0;
 *   for await (const part of formParts(c)) {
 *     for await (const chunk of part.chunks) size += chunk.length;
 *   }
 *   return { size };
 * });
 * ```
 */
export async function* formParts<
  C extends Pick<RouteContext, "request" | "host" | "prepared">,
>(
  c: C,
  limits: Partial<ApiLimits> = {},
): AsyncGenerator<FormPart, void, void> {
  const { boundaryOf, multipartParts } = await multipart();
  const request = await unreadRequest(c);
  const boundary = boundaryOf(request.headers.get("content-type"));
  if (boundary === undefined || request.body === null) {
    throw new HttpError(415, {
      detail: "Content type is not supported: send multipart/form-data",
    });
  }
  yield* multipartParts(request.body, boundary, {
    ...c.host.limits,
    ...limits,
  });
}
