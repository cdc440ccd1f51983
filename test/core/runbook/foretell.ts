import type { RunState } from "../../../src/core/run/run.ts";
import type { StepState } from "../../../src/core/runbook/step-run.ts";
import { type Incident, type PlannedStep, type Scenario, tryNumber } from "./scenario.ts";

/** What a run comes to. */
export interface Foretold {
  readonly state: RunState;
  /** Of each step, in order. */
  readonly steps: readonly { readonly state: StepState; readonly attempts: number }[];
  /** Which step each execution was of. */
  readonly executions: readonly number[];
}

/** So often a step goes on after its server ended under it. */
const mostInterruptions = 5;
/** A step that cleans up has no more than this, ms. */
const cleanupLimit = 300_000;

/**
 * What is promised of a runbook, told as a story: one loop over the steps, one over the attempts, a
 * clock, and nothing else. It knows no events, rows, leases or moves, so that it can only agree with the product by
 * meaning the same.
 */
export function foretell(scenario: Scenario): Foretold {
  const steps: { state: StepState; attempts: number }[] = [];
  const executions: number[] = [];
  let clock = 0;
  let cancelled = false;
  let timeOver: "failed" | "timed_out" | undefined;
  let failed = false;
  let lastFailed = false;
  /** The server ended: whether that ended the run. */
  let lostAs: "interrupted" | undefined;

  const happen = (incident: Incident): void => {
    if (incident === "cancel") cancelled = true;
  };
  const lookAtClock = () => {
    if (!cancelled && timeOver === undefined && clock >= scenario.timeout)
      timeOver = failed ? "failed" : "timed_out";
  };
  const cleaningUp = () => cancelled || timeOver !== undefined;

  const runs = (step: PlannedStep): boolean => {
    if (step.if === "always") return true;
    if (cleaningUp()) return false;
    if (step.if === "previous_failure") return failed || lastFailed;
    if (step.if === "run.failed") return failed;
    return !failed && step.if !== "1 == 2";
  };

  /** One step to its end. */
  const work = (step: PlannedStep, number: number): { state: StepState; attempts: number } => {
    let attempts = 0;
    let interruptions = 0;
    for (;;) {
      // Between attempts there is time for all sorts of things.
      if (attempts > 0) {
        lookAtClock();
        if (cleaningUp()) return { state: cancelled ? "cancelled" : "timed_out", attempts };
      }
      const now = tryNumber(scenario, executions.length);
      const was = cleaningUp();
      happen(now.before);
      if (lostAs !== undefined) return { state: attempts === 0 ? "skipped" : "cancelled", attempts };
      if (!was && cleaningUp()) {
        if (attempts > 0) return { state: "cancelled", attempts };
        if (!runs(step)) return { state: "skipped", attempts };
      }

      attempts += 1;
      executions.push(number);
      const cleaning = cleaningUp();
      const left = scenario.timeout - clock;
      const limit = Math.min(step.timeout, cleaning ? cleanupLimit : left);
      const took = Math.min(now.lasts, limit);
      if (now.during === "cancel" && !cleaning) {
        cancelled = true;
        clock += Math.floor(took / 2);
        return { state: "cancelled", attempts };
      }
      if (now.during === "cancel") cancelled = true;
      if (now.during === "crash") {
        clock += Math.floor(took / 2);
        const pause = attempts <= step.retries ? step.delay : step.idempotent ? 0 : undefined;
        const again = pause !== undefined && interruptions < mostInterruptions;
        interruptions += 1;
        if (!again && !cancelled) lostAs = "interrupted";
        if (!again || cancelled) return { state: "interrupted", attempts };
        clock = Math.min(clock + (pause ?? 0), Math.max(clock, scenario.timeout));
        continue;
      }
      clock += took;
      const end = now.lasts < limit ? now.end : "timed_out";
      if (end === "succeeded") return { state: "succeeded", attempts };
      const atRunLimit = !cleaning && left < step.timeout && end === "timed_out" && now.lasts >= limit;
      if (atRunLimit) timeOver = failed ? "failed" : "timed_out";
      if (cleaning || atRunLimit || attempts > step.retries)
        return { state: end === "timed_out" ? "timed_out" : "failed", attempts };
      clock = Math.min(clock + step.delay, Math.max(clock, scenario.timeout));
    }
  };

  for (const [number, step] of scenario.steps.entries()) {
    if (lostAs !== undefined) {
      steps.push({ state: "skipped", attempts: 0 });
      continue;
    }
    lookAtClock();
    const ended = runs(step) ? work(step, number) : { state: "skipped" as const, attempts: 0 };
    steps.push(ended);
    if (ended.state === "skipped") continue;
    lastFailed = ended.state !== "succeeded";
    if (lastFailed && !step.continueOnError) failed = true;
  }
  if (lostAs === undefined) happen(scenario.atEnd);
  const state = lostAs ?? timeOver ?? (cancelled ? "cancelled" : failed ? "failed" : "succeeded");
  return { state, steps, executions };
}
