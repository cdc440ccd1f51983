import type { Step } from "../../core/action/action.ts";
import type { StepEnd } from "../../core/runbook/decide-step.ts";
import { unmeasuredStep } from "../../core/runbook/unmeasured-step.ts";
import { execute } from "../work/execute.ts";
import { startAction } from "./attend-action.ts";
import { makeStepTask, type StepTask } from "./make-step-task.ts";
import type { Recorded, RunbookWorker } from "./runbook-worker.ts";
import { announceStep, refuse, settleAttempt } from "./settle-attempt.ts";
import { stepOutputs } from "./step-outputs.ts";

/** Makes one attempt of a step, from what it is made of to what became of it. */
export async function attemptStep(
  worker: RunbookWorker,
  number: number,
  cleaningUp: boolean,
): Promise<Recorded> {
  const { action, writer, stops } = worker;
  const step = action.steps[number] as Step;
  writer.enter(step.id);
  if (step.program.kind === "action") return startAction(worker, number);
  const signal = cleaningUp ? stops.halt : AbortSignal.any([stops.cancel, stops.halt]);
  const made = await makeStepTask(worker, number, cleaningUp, signal);
  // Nothing of it has begun: it is left as it was, for whoever goes on, or to be skipped.
  if (signal.aborted) return stops.halt.aborted ? "gone" : "moved";
  if ("refused" in made) return refuse(worker, number, made.refused);

  const started = { kind: "step_started", step: number, provider: made.provider, child: undefined } as const;
  const recorded = await worker.record(started);
  if (recorded !== "recorded") return recorded;
  announceStep(worker, number);
  const end =
    "failed" in made ? unmeasuredStep("not_started", made.failed) : await carryOut(worker, made, signal);
  // Not how it ended by itself: the server's stop is dealt with for the whole run.
  if (stops.halt.aborted && (end.end === "cancelled" || end.end === "lost")) return "gone";
  return settleAttempt(worker, number, end, "limit" in made && made.limit.isOfRun);
}

async function carryOut(
  { parts, writer, hidden }: RunbookWorker,
  { task, input }: StepTask,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { end, result } = await execute(parts, { task, input, hidden: hidden.redactor() }, writer, signal);
  const { resultSize: _, ...measured } = end;
  if (measured.end !== "succeeded") return { ...measured, outputs: {} };
  const read = stepOutputs(task.program.kind, result);
  if ("outputs" in read) return { ...measured, outputs: read.outputs };
  return { ...measured, end: "failed", reason: read.problem, outputs: {} };
}
