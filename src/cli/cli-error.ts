import { exitCode } from "./exit-code.ts";

/** Something that the person at the terminal can act on: printed as a sentence, without a stack. */
export interface Actionable extends Error {
  /** What the process exits with. */
  readonly exitCode: number;
  /** What to do, on lines of its own; undefined when the message says it all. */
  readonly hint: string | undefined;
}

export class CliError extends Error implements Actionable {
  override readonly name = "CliError";
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(exit: number, message: string, hint?: string) {
    super(message);
    this.exitCode = exit;
    this.hint = hint;
  }
}

/** A command that was written wrongly, or a project that is set up wrongly: exit 2. */
export const usageError = (message: string, hint?: string): CliError =>
  new CliError(exitCode.usage, message, hint);

/** Errors of other parts say in the same way what they end with; they need not know this class. */
export const isActionable = (error: unknown): error is Actionable =>
  error instanceof Error && "hint" in error && typeof (error as Partial<Actionable>).exitCode === "number";
