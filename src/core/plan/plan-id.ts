import { canonicalJson, type Json, sha256 } from "../json.ts";
import type { Plan } from "./plan.ts";

/** sha256 of the canonical plan without its id and its hints. A plan holds no time, so the same state gives the same id. */
export function planId(plan: Omit<Plan, "planId">): string {
  const { planId: _, hints: __, ...rest } = plan as Plan;
  return sha256(canonicalJson(rest as unknown as Json));
}
