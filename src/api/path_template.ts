/** A route's path, understood. */
export interface PathTemplate {
  /** As the user wrote it. */
  readonly path: string;
  /** The same with `{name}` for every parameter, as OpenAPI has it. */
  readonly openapi: string;
  /** As Hono's router reads it. */
  readonly hono: string;
  /** Parameter names, in order. */
  readonly names: readonly string[];
  /** The same for all templates that match the same paths. */
  readonly key: string;
}

/** The parameters that a path names, as texts. */
export type PathParams<P extends string> = {
  readonly [K in PathNames<P>]: string;
};

/** The names of a path's parameters. */
export type PathNames<P extends string> = P extends `${infer Head}/${infer Tail}`
  ? SegmentName<Head> | PathNames<Tail>
  : SegmentName<P>;

/** The name of a segment's parameter. */
export type SegmentName<S extends string> = S extends `{${infer Name}}` ? Name
  : S extends `:${infer Name}` ? Name
  : S extends `*${infer Name}` ? (Name extends "" ? never : Name)
  : never;

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Reads a path: `{name}` and `:name` match one segment that is not empty, `*name` as the last segment
 * matches the rest, which is not empty, and `*` alone the same without a name.
 *
 * @param path The path, starting with `/`.
 * @returns What it means.
 * @throws {TypeError} For a path that no request could match, or that names a parameter twice.
 */
export function parsePathTemplate(path: string): PathTemplate {
  if (!path.startsWith("/")) {
    throw new TypeError(`Cannot use path "${path}": it must start with "/"`);
  }
  if (/[?#]/.test(path)) {
    throw new TypeError(`Cannot use path "${path}": "?" and "#" end a path`);
  }
  const names: string[] = [];
  const openapi: string[] = [];
  const hono: string[] = [];
  const key: string[] = [];
  const segments = path.slice(1).split("/");
  for (const [i, segment] of segments.entries()) {
    const name = parameterName(segment, path);
    if (name === undefined) {
      const literal = decodeLiteral(segment, path);
      openapi.push(segment);
      hono.push(literal);
      key.push(literal);
      continue;
    }
    if (names.includes(name)) {
      throw new TypeError(
        `Cannot use path "${path}": "${name}" is there twice`,
      );
    }
    names.push(name);
    openapi.push(`{${name}}`);
    if (!segment.startsWith("*")) {
      hono.push(`:${name}`);
      key.push(":");
    } else if (i === segments.length - 1) {
      hono.push(`:${name}{[^]+}`);
      key.push("*");
    } else {
      throw new TypeError(
        `Cannot use path "${path}": "${segment}" must be its last segment`,
      );
    }
  }
  const join = (parts: string[]) => "/" + parts.join("/");
  return { path, openapi: join(openapi), hono: join(hono), names, key: join(key) };
}

function parameterName(segment: string, path: string): string | undefined {
  const name = segment.startsWith("{") && segment.endsWith("}")
    ? segment.slice(1, -1)
    : segment.startsWith(":")
    ? segment.slice(1)
    : segment === "*"
    ? "rest"
    : segment.startsWith("*")
    ? segment.slice(1)
    : undefined;
  if (name !== undefined && !NAME.test(name)) {
    throw new TypeError(
      `Cannot use path "${path}": "${name}" is no parameter name`,
    );
  }
  if (name === undefined && /[{}*:]/.test(segment)) {
    throw new TypeError(
      `Cannot use path "${path}": a parameter is a whole segment, not "${segment}"`,
    );
  }
  return name;
}

/** Hono matches decoded paths, so a literal `%20` or `é` in a template must be decoded too. */
function decodeLiteral(segment: string, path: string): string {
  try {
    return decodeURI(segment);
  } catch {
    throw new TypeError(
      `Cannot use path "${path}": "${segment}" is not percent-encoded correctly`,
    );
  }
}

/** A path of middleware as Hono reads it, which takes `{name}` for itself and `*name` for nothing. */
export function middlewarePath(path: string): string {
  return path.replace(/\/\{([^/{}]+)\}(?=\/|$)/g, "/:$1").replace(/\/\*[^/]+$/, "/*");
}
