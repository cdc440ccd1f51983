import type { Step } from "../../core/action/action.ts";
import { deadlineOf } from "../../core/runbook/next-move.ts";
import { after, type Instant, type Milliseconds, toMilliseconds } from "../../core/time.ts";
import type { RunbookWorker } from "./runbook-worker.ts";

/** What a step may take that cleans up after the run was cancelled, or its time was over. */
const cleanupLimit: Milliseconds = 5 * 60_000;

export interface TimeLimit {
  /** What an attempt that begins at `from` may take, at least 1 ms. */
  readonly timeout: Milliseconds;
  /** Whether it is what is left of the run's own limit: its end is then the end of the run's time. */
  readonly isOfRun: boolean;
}

/** The limit of an attempt: the step's own, or what is left of the run's; cleaning up has one of its own. */
export function timeLimit(
  { now }: Pick<RunbookWorker, "now">,
  step: Step,
  cleaningUp: boolean,
  from: Instant,
): TimeLimit {
  if (cleaningUp) return { timeout: Math.min(step.timeout, cleanupLimit), isOfRun: false };
  const deadline = deadlineOf(now()) ?? after(from, step.timeout);
  const left = toMilliseconds(deadline) - toMilliseconds(from);
  return {
    timeout: Math.max(1, Math.min(step.timeout, left)),
    isOfRun: left < step.timeout && now().run.cause === undefined,
  };
}
