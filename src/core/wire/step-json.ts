import type { RunbookAction } from "../action/action.ts";
import type { Attempt, StepRun } from "../runbook/step-run.ts";

/** The steps of a run as the API writes them. */
export const stepsJson = ({ steps: written }: RunbookAction, steps: readonly StepRun[]) =>
  steps.map((step) => {
    const { id, name, program, provider } = written[step.number]!;
    return {
      id,
      name,
      kind: program.kind,
      // Of one that has not begun the declared one: a template, where it is one.
      provider:
        program.kind === "action"
          ? null
          : { name: step.provider?.name ?? provider, digest: step.provider?.digest ?? null },
      state: step.state,
      reason: step.reason ?? null,
      started_at: step.startedAt ?? null,
      ended_at: step.endedAt ?? null,
      run: step.child ?? null,
      taken_from: step.takenFrom ?? null,
      attempts: step.attempts.map(attemptJson),
      outputs: step.outputs,
    };
  });

const attemptJson = (attempt: Attempt) => ({
  number: attempt.number,
  state: attempt.state,
  exit_code: attempt.exitCode ?? null,
  signal: attempt.signal ?? null,
  reason: attempt.reason ?? null,
  cause: attempt.cause ?? null,
  isolation: attempt.isolation ?? null,
  started_at: attempt.startedAt,
  ended_at: attempt.endedAt ?? null,
  duration: attempt.duration ?? null,
  peak_memory: attempt.peakMemory ?? null,
  cpu_time: attempt.cpuTime ?? null,
});
