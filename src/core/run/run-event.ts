import type { Retries } from "../action/action.ts";
import type { Voter } from "../approval/refuse-vote.ts";
import type { Pins } from "../approval/run-approval.ts";
import type { Instant } from "../time.ts";
import type { Cause, Run, RunId } from "./run.ts";

/** What can happen to a run. */
export type RunEvent =
  /** Its delay is over. */
  | { readonly kind: "due" }
  | { readonly kind: "claimed"; readonly worker: string }
  /** Its program is about to start. */
  | { readonly kind: "started" }
  | { readonly kind: "ended"; readonly end: ExecutionEnd; readonly retries: Retries }
  /** Its account may not run it: it never starts, and trying again would not help. */
  | { readonly kind: "denied"; readonly reason: string }
  | { readonly kind: "cancel"; readonly by: string; readonly address?: string | undefined }
  /** A newer run of the action takes its place. */
  | { readonly kind: "replaced"; readonly by: RunId }
  /** Whoever held it is gone or gave it up: the lease ran out, the server stopped, the executor failed. */
  | { readonly kind: "lost"; readonly reason: string; readonly retries: Retries }
  /** A runbook has used up its time: what follows is cleaning up. `failed`: it had failed before. */
  | { readonly kind: "overtime"; readonly failed: boolean }
  /** A runbook waits longer for its next step than a worker should. */
  | { readonly kind: "paused"; readonly until: Instant }
  /** Whoever held a runbook is gone, and it may go on. */
  | { readonly kind: "resumed"; readonly reason: string; readonly at: Instant }
  /** Its action was deleted. */
  | { readonly kind: "withdrawn" }
  | { readonly kind: "skip"; readonly reason: string }
  /** Somebody says yes to a run that waits for approval. `round`: the one that was looked at; undefined: whichever. */
  | {
      readonly kind: "approve";
      readonly voter: Voter;
      readonly comment: string | undefined;
      readonly round: number | undefined;
    }
  /** An approver said no. */
  | {
      readonly kind: "reject";
      readonly voter: Voter;
      readonly reason: string | undefined;
      readonly round: number | undefined;
    }
  /** The time to answer is over. */
  | { readonly kind: "expire" }
  /** What was asked for has changed: a version, a provider. */
  | { readonly kind: "voided"; readonly reason: string; readonly pins: Pins };

/** How an execution ended, as far as the run's state and record depend on it. */
export interface ExecutionEnd
  extends Pick<
    Run,
    "isolation" | "exitCode" | "signal" | "duration" | "peakMemory" | "cpuTime" | "resultSize"
  > {
  readonly end: Cause;
  readonly reason: string | undefined;
}
