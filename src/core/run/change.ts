import type { RunApproval } from "../approval/run-approval.ts";
import type { JsonObject } from "../json.ts";
import type { StepChange } from "../runbook/step-run.ts";
import type { Instant } from "../time.ts";
import type { Run, RunId, RunState } from "./run.ts";

/** One transition, as `decide` made it: the row's new values and the event to append. */
export interface Change {
  readonly run: RunId;
  readonly at: Instant;
  readonly from: RunState;
  readonly to: RunState;
  /** Whether the run was known to be asked to cancel: one that was asked meanwhile is decided on anew. */
  readonly cancelAsked: boolean;
  /** The question that it was decided on: one vote does not overwrite another. */
  readonly approval: RunApproval | undefined;
  readonly reason: string | undefined;
  readonly event: JsonObject;
  readonly patch: Partial<
    Pick<
      Run,
      | "startedAt"
      | "endedAt"
      | "dueAt"
      | "attempt"
      | "cancelAsked"
      | "cause"
      | "isolation"
      | "exitCode"
      | "signal"
      | "duration"
      | "peakMemory"
      | "cpuTime"
      | "resultSize"
      | "progress"
      | "approval"
    >
  >;
  /** What becomes of steps in the same write. */
  readonly steps: readonly StepChange[];
}
