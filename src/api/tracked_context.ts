import { Context, type Env } from "hono";

/** Hono's context, which knows whether anything has been said about the response. */
export class TrackedContext extends Context<Env> {
  /** Whether header fields, a status or a response are there already. */
  isTouched: boolean = false;

  /**
   * @param request The request.
   * @param options As Hono's dispatch gives them.
   */
  constructor(request: Request, options: ConstructorParameters<typeof Context<Env>>[1]) {
    super(request, options);
    const { header, status } = this;
    this.header = (...field: Parameters<typeof header>) => {
      this.isTouched = true;
      header(...field);
    };
    this.status = (code) => {
      this.isTouched = true;
      status(code);
    };
  }

  override get res(): Response {
    this.isTouched = true;
    return super.res;
  }

  override set res(value: Response | undefined) {
    this.isTouched = true;
    super.res = value;
  }
}
