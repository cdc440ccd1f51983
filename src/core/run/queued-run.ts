import type { Instant } from "../time.ts";
import type { Run } from "./run.ts";

/** What a run is made with; everything else comes as it goes on. */
type Made = Pick<
  Run,
  "id" | "organization" | "actionId" | "actionName" | "version" | "digest" | "trigger" | "actor" | "category"
>;

/** A run that has been created at `now` and has met nothing yet, without parameters. */
export const queuedRun = (made: Made, now: Instant): Run => ({
  ...made,
  state: "queued",
  reason: undefined,
  parameters: {},
  sealed: undefined,
  alert: undefined,
  approval: undefined,
  attempt: 1,
  createdAt: now,
  dueAt: now,
  startedAt: undefined,
  endedAt: undefined,
  cancelAsked: false,
  cause: undefined,
  isolation: undefined,
  exitCode: undefined,
  signal: undefined,
  duration: undefined,
  peakMemory: undefined,
  cpuTime: undefined,
  resultSize: undefined,
  progress: undefined,
});
