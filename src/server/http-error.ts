/** A refusal that a route makes itself: its status and its sentence are the answer. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  /** Seconds, for Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
