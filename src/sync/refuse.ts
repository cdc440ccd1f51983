import type { Plan } from "../core/plan/plan.ts";
import { PlanStopped, StalePlan } from "./refusal.ts";

/** @throws StalePlan when a plan was saved and is not what would be done now */
export function refuseUnlessSame(
  plan: Plan,
  saved: Pick<Plan, "planId" | "generation" | "commit"> | undefined,
): void {
  if (saved === undefined) return;
  if (saved.planId !== plan.planId || saved.generation !== plan.generation) throw new StalePlan(saved, plan);
}

/** @throws PlanStopped when a finding stops the plan or a rail refuses it */
export function refuseStopped(plan: Plan): void {
  if (plan.rails.length > 0 || plan.findings.some(({ stops }) => stops)) throw new PlanStopped(plan);
}
