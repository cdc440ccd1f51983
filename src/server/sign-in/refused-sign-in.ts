/** Why somebody is not signed in: a sentence for them, and for the log what the provider did. */
export class RefusedSignIn extends Error {
  override readonly name = "RefusedSignIn";
  readonly status: number;
  /** For the log; holds no token, code or secret. */
  readonly detail: string | undefined;

  constructor(status: number, message: string, detail?: string) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}
