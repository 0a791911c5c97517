import { INVALID, type Issue } from "./issue.ts";
import type { AnySchema } from "./standard_schema.ts";
import { PendingValue } from "./types/pending.ts";
import { toType } from "./types/to_type.ts";
import type { AnyType } from "./types/type.ts";

/** A route's response schemas, compiled: what leaves is checked against them and filtered by them. */
export class ResponseSchemas {
  /** The types, by status. */
  readonly types: ReadonlyMap<number, AnyType>;
  readonly #where: string;
  readonly #check: boolean;

  /**
   * @param where The route, for the log.
   * @param schemas By status.
   * @param check Whether values are checked, or only filtered.
   */
  constructor(
    where: string,
    schemas: Readonly<Record<number, AnySchema>>,
    check: boolean,
  ) {
    this.types = new Map(
      Object.entries(schemas).map((
        [status, schema],
      ) => [Number(status), toType(schema)]),
    );
    this.#where = where;
    this.#check = check;
  }

  /**
   * The value as it may leave.
   *
   * @param value What the handler answered.
   * @param status The response's status; one without a schema lets everything through.
   * @returns What the schema describes of it.
   * @throws {Error} For a value that does not fit; it names the field, so it is for the log only.
   */
  apply(value: unknown, status: number): unknown {
    const type = this.types.get(status);
    if (type === undefined) return value;
    if (!this.#check && type.projects) return type.project(value);
    const issues: Issue[] = [];
    const read = type.writeJson(value, issues);
    if (read instanceof PendingValue) {
      return read.settle(issues).then((late) => this.#fit(late, issues, status));
    }
    return this.#fit(read, issues, status);
  }

  #fit(value: unknown, issues: readonly Issue[], status: number): unknown {
    if (value !== INVALID) return value;
    const fields = issues.map((issue) => `${issue.loc.join(".") || "(itself)"}: ${issue.msg}`);
    throw new Error(
      `Cannot answer ${this.#where}: the value does not fit its schema for ${status}: ${
        fields.join("; ")
      }`,
    );
  }
}
