/** A mistake of ours, never of the user: told with a request to report it (exit 1). */
export class PlanDefect extends Error {
  override readonly name = "PlanDefect";
  readonly code = "PLAN_DEFECT";

  constructor(message: string) {
    super(`${message}. This is a mistake in Rota, nothing was changed: please report it`);
  }
}
