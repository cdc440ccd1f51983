import type { Cause } from "../run/run.ts";
import { after, type Instant } from "../time.ts";
import { judgeStep } from "./judge-step.ts";
import { standing } from "./standing.ts";
import { isFinalStep, type Runbook, type StepRun } from "./step-run.ts";
import type { RunValues } from "./variables.ts";

/** What a runbook's worker does next. */
export type Move =
  /** A new attempt of a step. */
  | { readonly kind: "start"; readonly number: number; readonly cleaningUp: boolean }
  /** A step's attempt is under way already: an action that it has started before the server ended. */
  | { readonly kind: "attend"; readonly number: number }
  /** Steps that do not run, each with a sentence. */
  | { readonly kind: "skip"; readonly skipped: readonly SkippedStep[] }
  /** A step ends without an attempt, or without one more. */
  | {
      readonly kind: "stop";
      readonly number: number;
      readonly state: "failed" | "timed_out" | "cancelled";
      readonly reason: string;
    }
  | { readonly kind: "wait"; readonly until: Instant }
  /** The run's time is over: what follows is cleaning up. */
  | { readonly kind: "overtime" }
  | { readonly kind: "end"; readonly end: Cause; readonly reason: string | undefined };
export interface SkippedStep {
  readonly number: number;
  readonly reason: string;
}

/** When the time of a run is over; undefined: it has not started. */
export const deadlineOf = ({ action, run }: Runbook): Instant | undefined =>
  run.startedAt === undefined ? undefined : after(run.startedAt, action.timeout);

/**
 * The one thing that comes next in a run of a runbook that is worked on. Pure: the same run, steps and instant give
 * the same move, so that a worker which takes over goes on where the last one was.
 */
export function nextMove(runbook: Runbook, values: RunValues, now: Instant): Move {
  const { steps } = runbook;
  const deadline = deadlineOf(runbook);
  const { cleaningUp } = standing(runbook, steps.length);
  if (
    !cleaningUp &&
    deadline !== undefined &&
    now >= deadline &&
    steps.some(({ state }) => !isFinalStep(state))
  )
    return { kind: "overtime" };
  const next = steps.find(({ state }) => !isFinalStep(state));
  if (next === undefined) return ending(runbook);
  if (next.state === "running") return { kind: "attend", number: next.number };
  if (next.state === "waiting") return nextAttempt(runbook, next, cleaningUp, now);
  return skips(runbook, values, next) ?? begin(runbook, values, next, cleaningUp);
}

function nextAttempt({ run }: Runbook, step: StepRun, cleaningUp: boolean, now: Instant): Move {
  if (cleaningUp)
    return run.cancelAsked
      ? {
          kind: "stop",
          number: step.number,
          state: "cancelled",
          reason: "The run was cancelled before its next attempt.",
        }
      : {
          kind: "stop",
          number: step.number,
          state: "timed_out",
          reason: "The run's time was over before its next attempt.",
        };
  if (step.dueAt !== undefined && now < step.dueAt) return { kind: "wait", until: step.dueAt };
  return { kind: "start", number: step.number, cleaningUp };
}

/** As many steps as do not run, from `first` on; undefined: it does run. */
function skips(runbook: Runbook, values: RunValues, first: StepRun): Move | undefined {
  const skipped: SkippedStep[] = [];
  for (const { number, state } of runbook.steps.slice(first.number)) {
    const verdict = state === "pending" ? judgeStep(runbook, values, number) : "run";
    if (verdict === "run" || "broken" in verdict) break;
    skipped.push({ number, reason: verdict.skip });
  }
  return skipped.length === 0 ? undefined : { kind: "skip", skipped };
}

function begin(runbook: Runbook, values: RunValues, { number }: StepRun, cleaningUp: boolean): Move {
  const verdict = judgeStep(runbook, values, number);
  if (verdict !== "run" && "broken" in verdict)
    return { kind: "stop", number, state: "failed", reason: verdict.broken };
  return { kind: "start", number, cleaningUp };
}

/** The first cause wins: a failure before the time was over is a failure, and a cancel after that changes nothing. */
function ending(runbook: Runbook): Move {
  const { run, action } = runbook;
  const { failed } = standing(runbook, runbook.steps.length);
  if (run.cancelAsked && run.cause === undefined) return { kind: "end", end: "cancelled", reason: undefined };
  if (run.cause === "timed_out")
    return {
      kind: "end",
      end: "timed_out",
      reason: `It took longer than its timeout of ${action.timeout / 1000} s.`,
    };
  if (failed === undefined) return { kind: "end", end: "succeeded", reason: undefined };
  const { step, stepRun } = failed;
  return {
    kind: "end",
    end: "failed",
    reason: `Step "${step.name}" ${stepRun.state === "timed_out" ? "timed out" : "failed"}: ${stepRun.reason ?? "no reason is known."}`,
  };
}
