import { HttpError } from "./http_error.ts";

/** A body that is no multipart; answered with 422. */
export class MultipartError extends HttpError {
  override readonly name: string = "MultipartError";

  /** @param reason What is wrong with it. */
  constructor(reason: string) {
    const msg = `Form cannot be read: ${reason}`;
    super(422, { detail: [{ type: "form_invalid", loc: ["body"], msg }] });
  }
}
