import type { Step } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import { isFinal, type Run, type RunId } from "../../core/run/run.ts";
import type { StepEnd } from "../../core/runbook/decide-step.ts";
import { standing } from "../../core/runbook/standing.ts";
import { unmeasuredStep } from "../../core/runbook/unmeasured-step.ts";
import { after, type Milliseconds } from "../../core/time.ts";
import { cancelRun } from "../cancel-run.ts";
import type { Version } from "../ports/run-store.ts";
import { RunRefused } from "../run-refused.ts";
import type { RunRef } from "../service.ts";
import { newRunId, startRun } from "../start/start-run.ts";
import { finished } from "../watch-run.ts";
import { insist } from "../work/insist.ts";
import { evaluateStep } from "./evaluate-step.ts";
import { leadsBack } from "./leads-back.ts";
import type { Recorded, RunbookWorker } from "./runbook-worker.ts";
import { announceStep, hide, refuse, settleAttempt } from "./settle-attempt.ts";
import { timeLimit } from "./time-limit.ts";

/** Runs that start runs that start runs: so many, and no more. */
const deepest = 8;

/** Begins an attempt of an `action` step: the id of its run is written before there is one, so that it is never lost. */
export async function startAction(worker: RunbookWorker, number: number): Promise<Recorded> {
  const evaluated = evaluateStep(worker.now(), worker.values, number);
  if ("refused" in evaluated) return refuse(worker, number, evaluated.refused);
  const child = newRunId(worker.parts.clock.now());
  const recorded = await worker.record({ kind: "step_started", step: number, provider: undefined, child });
  if (recorded !== "recorded") return recorded;
  announceStep(worker, number);
  return attendAction(worker, number);
}

/** Waits for the run of an `action` step, which is started unless it was before. Its place is free meanwhile. */
export async function attendAction(worker: RunbookWorker, number: number): Promise<Recorded> {
  const { child } = worker.now().steps[number]!;
  if (child === undefined) return "gone"; // A program that runs cannot be attended: its loss is dealt with elsewhere.
  const followed = await follow(worker, number, child);
  if (followed === undefined) return "gone";
  return settleAttempt(worker, number, followed.end, followed.atRunLimit);
}

interface Followed {
  readonly end: StepEnd;
  readonly atRunLimit: boolean;
}

async function follow(worker: RunbookWorker, number: number, child: RunId): Promise<Followed | undefined> {
  const { parts, claimed, stops, aside } = worker;
  const ref = { organization: claimed.run.organization, run: child };
  const stop = stopOf(worker, number);
  try {
    const begun = await begin(worker, number, child);
    if ("refused" in begun) return { end: unmeasuredStep("not_started", begun.refused), atRunLimit: false };
    const run = await aside(async () => {
      const cancel = () => void cancelChild(worker, ref);
      if (stop.signal.aborted) cancel();
      else stop.signal.addEventListener("abort", cancel, { once: true });
      return finished(parts, ref, stops.halt);
    });
    return { end: endOf(run, stop.timedOut()), atRunLimit: stop.isOfRun };
  } catch (error) {
    if (stops.halt.aborted) return undefined;
    throw error;
  } finally {
    stop.end();
  }
}

/** Insists: a run whose cancel got lost would be waited for until it ends by itself. */
const cancelChild = ({ parts, claimed }: RunbookWorker, ref: RunRef) =>
  insist(parts, "cancelling the run of a step", () =>
    cancelRun(parts, { ...ref, actor: claimed.run.actor }, parts.clock.now()).catch((error: unknown) => {
      if (!(error instanceof RunRefused)) throw error; // else it has ended
    }),
  );

/** Aborted when the child is to be cancelled: by a cancel of this run, or by the limit of the step or the run. */
function stopOf(worker: RunbookWorker, number: number) {
  const { action, parts, stops, now } = worker;
  const own = new AbortController();
  const step = action.steps[number] as Step;
  // While a run cleans up nothing else starts: any other step that is still attended began before.
  const cleaningUp = step.if === "always" && standing(now(), number).cleaningUp;
  let isOver = false;
  // Across servers: it counts from when the attempt began.
  const startedAt = now().steps[number]!.attempts.at(-1)?.startedAt ?? parts.clock.now();
  const { timeout, isOfRun } = timeLimit(worker, step, cleaningUp, startedAt);
  const takeBack = parts.clock.alarm(after(startedAt, timeout), () => {
    isOver = !own.signal.aborted;
    own.abort();
  });
  const cancel = () => own.abort();
  if (!cleaningUp && (stops.cancel.aborted || now().run.cancelAsked)) cancel();
  else if (!cleaningUp) stops.cancel.addEventListener("abort", cancel, { once: true });
  return {
    signal: own.signal,
    isOfRun,
    /** The limit that was over, ms. */
    timedOut: () => (isOver ? timeout : undefined),
    end() {
      takeBack();
      stops.cancel.removeEventListener("abort", cancel);
    },
  };
}

/** Starts the child unless an earlier worker did. */
async function begin(
  worker: RunbookWorker,
  number: number,
  child: RunId,
): Promise<{ readonly begun: true } | { readonly refused: string }> {
  const { parts, claimed, action, values, now } = worker;
  const { organization, trigger, actor, id } = claimed.run;
  if ((await parts.store.get(organization, child)) !== undefined) return { begun: true };
  const { program, id: stepId } = action.steps[number] as Step;
  if (program.kind !== "action") throw new TypeError("only an action has a run of its own");
  const depth = trigger.kind === "step" ? trigger.depth + 1 : 1;
  if (depth > deepest)
    return {
      refused: `Runs start runs ${deepest} deep here: do "${program.action}" and those above it start one another?`,
    };
  const version = await parts.store.named(organization, program.action);
  if (version === undefined) return { refused: `There is no action "${program.action}".` };
  if (claimed.run.approval !== undefined && !(await parts.store.pinsHold(id)))
    return { refused: `What the run may start or reach was changed after it was approved: start it anew.` };
  if (await leadsBack(parts.store, claimed.run, version.actionId))
    return {
      refused: `A run of "${program.action}" waits for this one already: they would start each other without end.`,
    };
  const evaluated = evaluateStep(now(), values, number);
  if ("refused" in evaluated) return evaluated;
  const shown = shownSecret(worker, version, evaluated.parameters);
  if (shown !== undefined) return { refused: shown };
  const isRealtime = version.action.type === "realtime";
  try {
    await startRun(
      parts,
      {
        id: child,
        organization,
        actionId: version.actionId,
        trigger: { kind: "step", run: id, step: stepId, depth },
        actor,
        parameters: isRealtime ? {} : evaluated.parameters,
        // One record, as an alert is to a real-time action.
        input: isRealtime ? Buffer.from(JSON.stringify([evaluated.parameters])) : undefined,
        key: `step:${child}`,
      },
      parts.clock.now(),
    );
    return { begun: true };
  } catch (error) {
    if (error instanceof RunRefused)
      return { refused: `"${program.action}" was not started: ${error.message}` };
    throw error;
  }
}

/** A secret of this run must not become a parameter that the other one shows in its history. */
function shownSecret(worker: RunbookWorker, { action }: Version, parameters: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    const text = JSON.stringify(value);
    // Those of a real-time action are a record, which is kept as it is.
    const isKeptOpen = action.type === "realtime" || action.parameters[name]?.secret !== true;
    if (isKeptOpen && hide(worker, text) !== text)
      return action.type === "realtime"
        ? `The member "${name}" of the record for "${action.name}" would be kept with a secret in it: a real-time action takes none from a step.`
        : `The parameter "${name}" of "${action.name}" would show a secret in its history: declare it there with secret: true.`;
  }
  return undefined;
}

/** What the end of its run makes of the step. */
function endOf(run: Run, timedOut: Milliseconds | undefined): StepEnd {
  if (!isFinal(run.state)) throw new TypeError("a run that has not ended has no end");
  const outputs: JsonObject = { run: run.id, state: run.state };
  const measured = { ...unmeasuredStep("lost", ""), duration: run.duration, outputs };
  if (run.state === "succeeded") return { ...measured, end: "succeeded", reason: undefined };
  if (timedOut !== undefined)
    return {
      ...measured,
      end: "timed_out",
      reason: `It took longer than its timeout of ${timedOut / 1000} s.`,
    };
  const reason = `Run ${run.id} of "${run.actionName}" ended as ${run.state.replaceAll("_", " ")}: ${run.reason ?? "no reason is known."}`;
  return { ...measured, end: run.state === "cancelled" ? "cancelled" : "failed", reason };
}
