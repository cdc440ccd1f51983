import type { JsonObject } from "../json.ts";
import type { Instant } from "../time.ts";
import type { Run, RunId, RunState } from "./run.ts";

/** One transition, as `decide` made it: the row's new values and the event to append. */
export interface Change {
  readonly run: RunId;
  readonly at: Instant;
  readonly from: RunState;
  readonly to: RunState;
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
    >
  >;
}
