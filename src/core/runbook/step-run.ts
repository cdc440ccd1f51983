import type { RunbookAction } from "../action/action.ts";
import type { JsonObject } from "../json.ts";
import type { Cause, IsolationLevel, Run, RunId } from "../run/run.ts";
import { isFinal } from "../run/run.ts";
import type { Instant, Milliseconds } from "../time.ts";

export type StepState =
  | "pending"
  | "running"
  /** Between two attempts. */
  | "waiting"
  | FinalStepState;
export type FinalStepState = "succeeded" | "failed" | "timed_out" | "cancelled" | "skipped" | "interrupted";

/** What one step of a runbook does in one run. */
export interface StepRun {
  /** Its place among the steps of the action, from 0. */
  readonly number: number;
  readonly state: StepState;
  /** A sentence for a person; undefined while there is nothing to explain. */
  readonly reason: string | undefined;
  /** Its last attempt, from 1; 0 before the first. */
  readonly attempt: number;
  /** While it waits: not before this. */
  readonly dueAt: Instant | undefined;
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  /** By name; of `run` steps texts. Without secrets. */
  readonly outputs: JsonObject;
  /** Where its last attempt ran. */
  readonly provider: StepProvider | undefined;
  /** The run that an `action` step has started. */
  readonly child: RunId | undefined;
  /** The run whose step this is taken over from, not run again. */
  readonly takenFrom: RunId | undefined;
  readonly attempts: readonly Attempt[];
}

/** The provider of an attempt as it was then; `local` and the default `http` have no digest. */
export interface StepProvider {
  readonly name: string;
  readonly digest: string | undefined;
}

/** One try of a step. What has not ended has no `endedAt`. */
export interface Attempt {
  readonly number: number;
  readonly state: StepState;
  readonly reason: string | undefined;
  readonly cause: Cause | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly isolation: IsolationLevel | undefined;
  readonly duration: Milliseconds | undefined;
  readonly peakMemory: number | undefined;
  readonly cpuTime: Milliseconds | undefined;
  readonly startedAt: Instant;
  readonly endedAt: Instant | undefined;
}

/** A step's new row, and what it must have been before. */
export interface StepChange {
  readonly number: number;
  readonly from: { readonly state: StepState; readonly attempt: number };
  readonly to: StepRun;
}

/** A run of a runbook with its steps, all of them, in their order. */
export interface Runbook {
  readonly action: RunbookAction;
  readonly run: Run;
  readonly steps: readonly StepRun[];
}

const pendingStep = (number: number): StepRun => ({
  number,
  state: "pending",
  reason: undefined,
  attempt: 0,
  dueAt: undefined,
  startedAt: undefined,
  endedAt: undefined,
  outputs: {},
  provider: undefined,
  child: undefined,
  takenFrom: undefined,
  attempts: [],
});

export const isFinalStep = (state: StepState): state is FinalStepState =>
  state !== "pending" && state !== "running" && state !== "waiting";

/** A run that is ended from outside while nobody works on it writes nothing of its steps. */
function closed(step: StepRun, { endedAt }: Run): StepRun {
  if (step.state === "pending") return { ...step, state: "skipped", reason: "The run ended before it." };
  if (step.state !== "waiting") return step;
  return {
    ...step,
    state: "cancelled",
    reason: "The run ended before its next attempt.",
    dueAt: undefined,
    endedAt,
  };
}

/** Every step of a run: those that nothing has happened to have no row. After the end of the run none is open. */
export function allSteps(action: RunbookAction, run: Run, rows: readonly StepRun[]): readonly StepRun[] {
  const known = new Map(rows.map((row) => [row.number, row]));
  return action.steps.map((_, number) => {
    const step = known.get(number) ?? pendingStep(number);
    return isFinal(run.state) ? closed(step, run) : step;
  });
}
