import type { Step } from "../action/action.ts";
import { isFinalStep, type Runbook, type StepRun } from "./step-run.ts";

/** How a runbook stands before one of its steps. */
export interface Standing {
  /** The first step whose failure fails the run; undefined: none so far. */
  readonly failed: FailedStep | undefined;
  /** Whether the last step that ran has failed, also where that fails nothing (continueOnError). */
  readonly lastFailed: boolean;
  /** A cancel, or the end of the run's time: only steps with `if: always` still run. */
  readonly cleaningUp: boolean;
}
export interface FailedStep {
  readonly step: Step;
  readonly stepRun: StepRun;
}

/** `before`: looks at the steps with smaller numbers only. */
export function standing({ action, run, steps }: Runbook, before: number): Standing {
  const ended = steps
    .slice(0, before)
    .filter(({ state }) => isFinalStep(state) && state !== "skipped")
    .map((stepRun) => ({ stepRun, step: action.steps[stepRun.number] as Step }));
  return {
    failed: ended.find(({ stepRun, step }) => hasFailed(stepRun) && !step.continueOnError),
    lastFailed: ended.at(-1) !== undefined && hasFailed(ended.at(-1)!.stepRun),
    cleaningUp: run.cancelAsked || run.cause !== undefined,
  };
}

const hasFailed = ({ state }: StepRun): boolean => state !== "succeeded";
