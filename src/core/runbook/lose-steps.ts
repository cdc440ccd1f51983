import { backOff } from "../run/back-off.ts";
import { after, type Instant } from "../time.ts";
import { closeAttempt } from "./decide-step.ts";
import type { Runbook, StepChange, StepRun } from "./step-run.ts";
import { unmeasuredStep } from "./unmeasured-step.ts";

/** Whether a run whose worker is gone goes on, and what that makes of its steps. */
export interface Lost {
  /** undefined: it does not go on, and ends as interrupted. */
  readonly dueAt: Instant | undefined;
  readonly steps: readonly StepChange[];
}

/** So often a step goes on after its server ended under it: one that takes the server down must not do so for ever. */
const mostInterruptions = 5;

/**
 * A runbook goes on at its first unfinished step if nothing of that had begun, or it may be done once more: it says
 * that it is idempotent, or has attempts left. An action that a step has started goes on by itself meanwhile.
 */
export function loseSteps({ action, run, steps }: Runbook, reason: string, now: Instant): Lost {
  const running = steps.find(({ state }) => state === "running");
  if (running === undefined || running.child !== undefined) return { dueAt: now, steps: [] };
  const step = action.steps[running.number]!;
  const pause = backOff(step.retries, running.attempt) ?? (step.idempotent ? 0 : undefined);
  const interruptions = running.attempts.filter(({ state }) => state === "interrupted").length;
  const again = !run.cancelAsked && pause !== undefined && interruptions < mostInterruptions;
  const attempts = closeAttempt(running.attempts, "interrupted", unmeasuredStep("lost", reason), now);
  const from = { state: running.state, attempt: running.attempt };
  // One that was asked to cancel goes on to clean up.
  const dueAt = again ? after(now, pause) : run.cancelAsked ? now : undefined;
  const to: StepRun = again
    ? { ...running, attempts, state: "waiting", reason, dueAt }
    : { ...running, attempts, state: "interrupted", reason, endedAt: now };
  return { dueAt, steps: [{ number: running.number, from, to }] };
}
