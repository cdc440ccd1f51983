import type { Plan } from "../core/plan/plan.ts";
import type { ApplyEvent } from "./apply/report.ts";
import type { Runtime } from "./apply/runtime.ts";
import type { Desired } from "./desired.ts";
import type { LookRequest } from "./look.ts";

export interface PlanRequest extends LookRequest {
  /** Reads what git says: `() => loadRepository(folder, {...})`. */
  readonly load: () => Promise<Desired>;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

export interface ApplyRequest extends PlanRequest {
  /** Who applies, as the ledger should have it where the server does not know better. */
  readonly actor: string;
  /** The plan that was approved: apply refuses (StalePlan) unless it would do exactly that. */
  readonly saved?: Pick<Plan, "planId" | "generation" | "commit">;
  /**
   * Asked with a plan that would write, after all checks and before the first write; rejects to stop.
   */
  readonly approve?: (plan: Plan) => Promise<void>;
  readonly onEvent?: (event: ApplyEvent) => void;
  /** The command that resumes, for the report; "rota apply" by default. */
  readonly resume?: string;
}
