import { exitCode } from "./exit-code.ts";

/** Something that the person at the terminal can act on: printed as a sentence, without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** What the process exits with. */
  readonly exit: number;
  /** What to do, on lines of its own; undefined when the message says it all. */
  readonly hint: string | undefined;

  constructor(exit: number, message: string, hint?: string) {
    super(message);
    this.exit = exit;
    this.hint = hint;
  }
}

/** A command that was written wrongly, or a project that is set up wrongly: exit 2. */
export const usageError = (message: string, hint?: string): CliError =>
  new CliError(exitCode.usage, message, hint);
