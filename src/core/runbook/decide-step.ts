import type { Retries } from "../action/action.ts";
import type { Json, JsonObject } from "../json.ts";
import { backOff } from "../run/back-off.ts";
import type { Change } from "../run/change.ts";
import type { Refusal } from "../run/refusal.ts";
import type { Cause, RunId } from "../run/run.ts";
import type { ExecutionEnd } from "../run/run-event.ts";
import { after, type Instant } from "../time.ts";
import type { SkippedStep } from "./next-move.ts";
import { progressOf } from "./progress.ts";
import {
  type Attempt,
  type FinalStepState,
  isFinalStep,
  type Runbook,
  type StepChange,
  type StepProvider,
  type StepRun,
  type StepState,
} from "./step-run.ts";

/*
 *            started              ended
 *  pending ──────────▶ running ─────────────▶ succeeded, failed, timed_out, cancelled, interrupted
 *     │ │               │   ▲
 *     │ │        ended, │   │ started
 *     │ │ attempts left ▼   │
 *     │ │              waiting ──────────────▶ failed, timed_out, cancelled   (stopped)
 *     │ └────────────────────────────────────▶ failed                         (stopped: it cannot begin)
 *     └──────────────────────────────────────▶ skipped
 *
 * On the right are the final states. A step starts only once all before it are final, and every transition belongs to
 * a run that is being worked on: it is written together with the run's row, on the condition that both are still what
 * it was decided on.
 */
export const stepArrows: Readonly<Record<StepState, readonly StepState[]>> = {
  pending: ["running", "skipped", "failed"],
  running: ["waiting", "succeeded", "failed", "timed_out", "cancelled", "interrupted"],
  waiting: ["running", "failed", "timed_out", "cancelled"],
  succeeded: [],
  failed: [],
  timed_out: [],
  cancelled: [],
  skipped: [],
  interrupted: [],
};

/** How an attempt ended, and what it gave. */
export interface StepEnd extends Omit<ExecutionEnd, "resultSize"> {
  readonly outputs: JsonObject;
}

/** What can happen to a step of a run. */
export type StepEvent =
  | {
      readonly kind: "step_started";
      readonly step: number;
      readonly provider: StepProvider | undefined;
      readonly child: RunId | undefined;
    }
  /** `retries`: without any where trying again cannot help, or is not wanted any more. */
  | { readonly kind: "step_ended"; readonly step: number; readonly end: StepEnd; readonly retries: Retries }
  | {
      readonly kind: "step_stopped";
      readonly step: number;
      readonly state: "failed" | "timed_out" | "cancelled";
      readonly reason: string;
    }
  | { readonly kind: "steps_skipped"; readonly skipped: readonly SkippedStep[] };

/** What `event`, happening at `now`, makes of a runbook's steps. */
export function decideStep(runbook: Runbook, event: StepEvent, now: Instant): Change | Refusal {
  const { run, steps } = runbook;
  if (run.state !== "running")
    return { refused: "NOT_NOW", message: `A step cannot go on while its run is ${run.state}.` };
  const made =
    event.kind === "steps_skipped"
      ? event.skipped.map(({ number, reason }) => skip(steps, number, reason, now))
      : [byKind[event.kind](steps, event as never, now)];
  const refusal = made.find((one) => "refused" in one);
  if (refusal !== undefined) return refusal;
  return changeOf(runbook, made as StepChange[], toldOf(runbook, event), now);
}

type Decider<Kind extends StepEvent["kind"]> = (
  steps: readonly StepRun[],
  event: Extract<StepEvent, { kind: Kind }>,
  now: Instant,
) => StepChange | Refusal;

const byKind: { readonly [Kind in Exclude<StepEvent["kind"], "steps_skipped">]: Decider<Kind> } = {
  step_started(steps, { step: number, provider, child }, now) {
    const step = steps[number];
    if (step === undefined || (step.state !== "pending" && step.state !== "waiting"))
      return notNow(step, "started");
    if (step.dueAt !== undefined && now < step.dueAt) return notNow(step, "started");
    if (steps.slice(0, number).some(({ state }) => !isFinalStep(state))) return notNow(step, "started");
    const attempt = step.attempt + 1;
    return to(step, "running", undefined, {
      attempt,
      dueAt: undefined,
      startedAt: step.startedAt ?? now,
      provider,
      child,
      attempts: [...step.attempts, startedAttempt(attempt, now)],
    });
  },

  step_ended(steps, { step: number, end, retries }, now) {
    const step = steps[number];
    if (step?.state !== "running") return notNow(step, "ended");
    const state = stateAfter[end.end];
    const attempts = closeAttempt(step.attempts, state, end, now);
    const pause = state === "succeeded" || state === "cancelled" ? undefined : backOff(retries, step.attempt);
    if (pause !== undefined) return to(step, "waiting", end.reason, { dueAt: after(now, pause), attempts });
    return to(step, state, state === "succeeded" ? undefined : end.reason, {
      endedAt: now,
      outputs: end.outputs,
      attempts,
    });
  },

  step_stopped(steps, { step: number, state, reason }, now) {
    const step = steps[number];
    const may = step?.state === "waiting" || (step?.state === "pending" && state === "failed");
    return step !== undefined && may
      ? to(step, state, reason, { dueAt: undefined, endedAt: now })
      : notNow(step, "stopped");
  },
};

function skip(steps: readonly StepRun[], number: number, reason: string, now: Instant): StepChange | Refusal {
  const step = steps[number];
  return step?.state === "pending" ? to(step, "skipped", reason, { endedAt: now }) : notNow(step, "skipped");
}

const stateAfter: Readonly<Record<Cause, FinalStepState>> = {
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed_out",
  cancelled: "cancelled",
  out_of_memory: "failed",
  output_limit: "failed",
  not_started: "failed",
  lost: "interrupted",
};

const startedAttempt = (number: number, startedAt: Instant): Attempt => ({
  number,
  state: "running",
  reason: undefined,
  cause: undefined,
  exitCode: undefined,
  signal: undefined,
  isolation: undefined,
  duration: undefined,
  peakMemory: undefined,
  cpuTime: undefined,
  startedAt,
  endedAt: undefined,
});

/** The attempts with the last one ended. */
export function closeAttempt(
  attempts: readonly Attempt[],
  state: FinalStepState,
  { outputs: _, end: cause, ...measured }: StepEnd,
  endedAt: Instant,
): readonly Attempt[] {
  const last = attempts.at(-1);
  if (last === undefined) return attempts;
  return [...attempts.slice(0, -1), { ...last, ...measured, state, cause, endedAt }];
}

const to = (
  step: StepRun,
  state: StepState,
  reason: string | undefined,
  fields: Partial<StepRun>,
): StepChange => ({
  number: step.number,
  from: { state: step.state, attempt: step.attempt },
  to: { ...step, ...fields, state, reason },
});

/** The change of the run that carries changes of its steps. */
function changeOf(runbook: Runbook, changes: readonly StepChange[], event: JsonObject, at: Instant): Change {
  const { run } = runbook;
  const patch = { progress: progressOf(withSteps(runbook, changes)) };
  return {
    run: run.id,
    at,
    from: "running",
    to: "running",
    reason: run.reason,
    event,
    patch,
    cancelAsked: run.cancelAsked,
    approval: run.approval,
    steps: changes,
  };
}

/** The runbook with changed steps in place of what they were. */
export function withSteps(runbook: Runbook, changes: readonly StepChange[]): Runbook {
  const changed = new Map(changes.map((change) => [change.number, change.to]));
  return { ...runbook, steps: runbook.steps.map((step) => changed.get(step.number) ?? step) };
}

/** What history keeps of an event: enough to tell the story, none of the outputs. */
function toldOf({ action }: Runbook, event: StepEvent): JsonObject {
  const idOf = (number: number): Json => action.steps[number]?.id ?? null;
  if (event.kind === "steps_skipped")
    return { kind: event.kind, steps: event.skipped.map(({ number }) => idOf(number)) };
  const step = idOf(event.step);
  if (event.kind === "step_ended") return { kind: event.kind, step, end: event.end.end };
  if (event.kind === "step_stopped") return { kind: event.kind, step, state: event.state };
  return { kind: event.kind, step, ...(event.child !== undefined && { run: event.child }) };
}

const notNow = (step: StepRun | undefined, what: string): Refusal => ({
  refused: "NOT_NOW",
  message: `"${what}" does not apply to a step that is ${step?.state ?? "not there"}.`,
});
