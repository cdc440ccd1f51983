import type { Progress } from "../run/run.ts";
import { isFinalStep, type Runbook } from "./step-run.ts";

/** How far a runbook is: finished of known steps. Steps never leave a final state, so it never goes backwards. */
export function progressOf({ action, steps }: Pick<Runbook, "action" | "steps">): Progress {
  const current = steps.find(({ state }) => state === "running" || state === "waiting");
  return {
    finished: steps.filter(({ state }) => isFinalStep(state)).length,
    known: steps.length,
    current: current && action.steps[current.number]?.id,
  };
}
