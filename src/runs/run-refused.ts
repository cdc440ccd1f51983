export type RunRefusedCode =
  | "ACTION_MISSING"
  /** What the action asks for is not carried out by this server. */
  | "NOT_RUNNABLE"
  | "PARAMETERS_INVALID"
  | "INPUT_INVALID"
  | "RUN_MISSING"
  | "RUN_ENDED"
  /** Who votes may not, or not on this. */
  | "VOTE_REFUSED"
  | "RUN_NOT_ENDED"
  /** The action is being changed all the time; try again. */
  | "BUSY";

/** Something that was asked of a run and cannot be done; the message is a sentence for who asked. */
export class RunRefused extends Error {
  override readonly name = "RunRefused";
  readonly code: RunRefusedCode;

  constructor(code: RunRefusedCode, message: string) {
    super(message);
    this.code = code;
  }
}
