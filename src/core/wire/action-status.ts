import type { Action } from "../action/action.ts";
import type { RunState } from "../run/run.ts";

/** OpenObserve's word for how an action is started. */
export type ExecutionDetails = "once" | "repeat" | "service";
export const executionDetails = ["once", "repeat", "service"] as const satisfies readonly ExecutionDetails[];

/** Runbooks, and schedules that OpenObserve has no word for, are "repeat". */
export function executionDetailsOf(type: Action["type"], timing: string | undefined): ExecutionDetails {
  if (type === "realtime") return "service";
  return timing === "once" ? "once" : "repeat";
}

/** OpenObserve's word for how an action's newest run stands; undefined: it never ran. */
export function actionStatus(newest: RunState | undefined): "Ready" | "Running" | "Errored" | "Completed" {
  switch (newest) {
    case "running":
      return "Running";
    case "succeeded":
      return "Completed";
    case "failed":
    case "timed_out":
    case "interrupted":
    case "rejected":
    case "expired":
      return "Errored";
    default:
      return "Ready";
  }
}
