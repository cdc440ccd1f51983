import type { RunbookAction, Step } from "../../core/action/action.ts";
import { defaults } from "../../core/action/defaults.ts";
import { noRetries } from "../../core/run/back-off.ts";
import type { StepEnd } from "../../core/runbook/decide-step.ts";
import { standing } from "../../core/runbook/standing.ts";
import type { Recorded, RunbookWorker } from "./runbook-worker.ts";

/** A sentence without the secrets of the run: what it quotes may hold one. */
export const hide = <Text extends string | undefined>({ hidden }: RunbookWorker, text: Text): Text =>
  (text === undefined ? text : hidden.redactor().sentence(text)) as Text;

/** Ends a step that cannot begin: nothing that another attempt would mend. */
export function refuse(worker: RunbookWorker, number: number, why: string): Promise<Recorded> {
  const reason = hide(worker, why);
  worker.writer.say(
    `"${worker.action.steps[number]!.name}" cannot begin: ${reason}`,
    worker.parts.clock.now(),
  );
  return worker.record({ kind: "step_stopped", step: number, state: "failed", reason });
}

/** Says in the log where one step ends and another begins. */
export function announceStep({ action, now, writer, parts }: RunbookWorker, number: number): void {
  const step = action.steps[number] as Step;
  const { attempt, provider } = now().steps[number]!;
  const place =
    provider === undefined || provider.name === defaults.stepProvider ? "" : ` at ${provider.name}`;
  const tries = attempt > 1 ? `, attempt ${attempt} of ${step.retries.limit + 1}` : "";
  writer.say(`Step ${number + 1} of ${action.steps.length}: ${step.name}${place}${tries}`, parts.clock.now());
}

/** Writes how an attempt ended. One that the run's own limit ended is the end of the run's time. */
export async function settleAttempt(
  worker: RunbookWorker,
  number: number,
  end: StepEnd,
  atRunLimit: boolean,
): Promise<Recorded> {
  const { action, writer, parts, stops } = worker;
  const step = action.steps[number] as Step;
  const overtime = atRunLimit && end.end === "timed_out";
  // An earlier worker may have written that already.
  if (overtime && worker.now().run.cause === undefined) {
    const { failed } = standing(worker.now(), number);
    if (!(await worker.recordAnyway({ kind: "overtime", failed: failed !== undefined }))) return "gone";
  }
  const reason = overtime ? overtimeReason(action) : hide(worker, end.reason);
  const told = { ...end, reason };
  if (told.reason !== undefined) writer.say(`"${step.name}": ${told.reason}`, parts.clock.now());
  const final = stops.cancel.aborted || standing(worker.now(), number).cleaningUp;
  const retries = final ? noRetries : step.retries;
  const ended = await worker.recordAnyway({ kind: "step_ended", step: number, end: told, retries });
  return ended ? "recorded" : "gone";
}

const overtimeReason = ({ timeout }: RunbookAction): string =>
  `The run's time was over (timeout ${timeout / 1000} s).`;
