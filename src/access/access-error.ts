/** What access refuses. `code` is contract; the server gives it a status. */
export type AccessErrorCode =
  | "UNAUTHENTICATED"
  | "TOO_MANY_FAILURES"
  | "FORBIDDEN"
  | "INVALID"
  | "EXISTS"
  | "MISSING"
  | "STALE";

export class AccessError extends Error {
  override readonly name = "AccessError";
  readonly code: AccessErrorCode;
  /** Seconds until it is worth trying again, with TOO_MANY_FAILURES. */
  readonly retryAfter: number | undefined;

  constructor(code: AccessErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
