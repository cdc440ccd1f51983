import { type ExitCode, exitCodes } from "../exit-codes.ts";

/** Why a live server did not do as asked. Contract. */
export type TargetErrorCode =
  | "AUTH"
  | "UNREACHABLE"
  | "RATE_LIMITED"
  | "SERVER_FAILED"
  | "PRECONDITION_FAILED"
  | "REFUSED"
  | "BAD_ANSWER";

interface TargetErrorOptions extends ErrorOptions {
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter?: number;
  /** The request surely had no effect. */
  readonly notSent?: boolean;
}

/** An operational failure at the boundary of a live server: a sentence, and what to do where that helps. */
export class TargetError extends Error {
  override readonly name: string = "TargetError";
  readonly code: TargetErrorCode;
  /** What to do, where the message does not say it. */
  readonly hint: string | undefined = undefined;
  readonly retryAfter: number | undefined;
  /** Whether a write may have happened although it failed. */
  readonly mayHaveHappened: boolean;

  constructor(code: TargetErrorCode, message: string, options: TargetErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.mayHaveHappened =
      (code === "UNREACHABLE" || code === "SERVER_FAILED" || code === "BAD_ANSWER") &&
      options.notSent !== true;
  }

  /** Where it ends a command before anything was written: 20 for a refused token, else 21. */
  get exitCode(): ExitCode {
    return this.code === "AUTH" ? exitCodes.denied : exitCodes.unreachable;
  }

  /** Only what another try can cure; never a refusal of the input. */
  get isTransient(): boolean {
    return this.code === "UNREACHABLE" || this.code === "RATE_LIMITED" || this.code === "SERVER_FAILED";
  }
}

/** The server does not know the token, or its owner may not do this (exit 20). */
export class AuthError extends TargetError {
  override readonly name = "AuthError";
  constructor(message: string, options?: ErrorOptions) {
    super("AUTH", message, options);
  }
}

/** Nothing answers, or not in time (exit 21). */
export class UnreachableError extends TargetError {
  override readonly name = "UnreachableError";
  constructor(message: string, options?: TargetErrorOptions) {
    super("UNREACHABLE", message, options);
  }
}

/** The item is not the one that was planned against any more. */
export class PreconditionFailed extends TargetError {
  override readonly name = "PreconditionFailed";
  constructor(message: string, options?: ErrorOptions) {
    super("PRECONDITION_FAILED", message, options);
  }
}
