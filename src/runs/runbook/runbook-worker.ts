import type { RunbookAction } from "../../core/action/action.ts";
import type { Change } from "../../core/run/change.ts";
import { decide } from "../../core/run/decide.ts";
import { isRefusal, type Refusal } from "../../core/run/refusal.ts";
import type { RunEvent } from "../../core/run/run-event.ts";
import { decideStep, type StepEvent, withSteps } from "../../core/runbook/decide-step.ts";
import { allSteps, type Runbook } from "../../core/runbook/step-run.ts";
import type { RunValues } from "../../core/runbook/variables.ts";
import type { Claimed } from "../ports/run-store.ts";
import type { RunsParts } from "../service.ts";
import { announce, changedRun } from "../settle.ts";
import { insist } from "../work/insist.ts";
import type { LogWriter } from "../work/log-writer.ts";
import type { Aside, Stops } from "../work/stops.ts";
import type { HiddenValues } from "./hidden-values.ts";

/** A claimed run of a runbook, and what it is worked on with. */
export interface RunbookJob {
  readonly parts: RunsParts;
  readonly claimed: Claimed;
  readonly action: RunbookAction;
  readonly stops: Stops;
  readonly aside: Aside;
}

/** A run of a runbook in the hands of a worker. */
export interface RunbookWorker extends RunbookJob {
  readonly writer: LogWriter;
  readonly values: RunValues;
  readonly credentials: { readonly url: string; readonly token: string } | undefined;
  /** Everything that nobody may read in what the run says; grows as steps need secrets. */
  readonly hidden: HiddenValues;
  /** The run and its steps, as they were when they were last read or written. */
  now(): Runbook;
  /** Reads both anew. Answers whether the run is still there and running. */
  reload(): Promise<boolean>;
  /**
   * Writes what happens to the run or to a step of it. "moved": it was read anew, as somebody changed it meanwhile;
   * "gone": it is not ours any more.
   */
  record(event: RunEvent | StepEvent): Promise<Recorded>;
  /** The same for what has happened whatever else did: decided on anew until it is written. Answers whether it was. */
  recordAnyway(event: RunEvent | StepEvent): Promise<boolean>;
}
export type Recorded = "recorded" | "moved" | "gone";

type State = Pick<RunbookWorker, "now" | "reload" | "record" | "recordAnyway">;

/** So often in a row may a run change between being read and being written. */
const mostMoves = 10;

/** Keeps a claimed run and its steps at hand, and writes what happens to them under its fence. */
export async function runbookState(job: RunbookJob): Promise<State | undefined> {
  const { parts, claimed, action } = job;
  let runbook: Runbook = { action, run: claimed.run, steps: [] };
  let moves = 0;

  const reload = async () => {
    const found = await insist(parts, "reading a run", async () => ({
      run: await parts.store.get(claimed.run.organization, claimed.run.id),
      steps: await parts.store.steps(claimed.run.id),
    }));
    if (found?.run === undefined) return false;
    runbook = { action, run: found.run, steps: allSteps(action, found.run, found.steps) };
    return found.run.state === "running";
  };

  const decideOn = (event: RunEvent | StepEvent): Change | Refusal => {
    const at = parts.clock.now();
    return isStepEvent(event) ? decideStep(runbook, event, at) : decide(runbook.run, event, at);
  };

  const record = async (event: RunEvent | StepEvent): Promise<Recorded> => {
    const change = decideOn(event);
    if (!isRefusal(change)) {
      const told = `recording "${event.kind}" of a run`;
      const answer = await insist(parts, told, () => parts.store.record(change, claimed.fence));
      if (answer === undefined) return "gone";
      if (answer === "recorded") {
        moves = 0;
        announce(parts.bell, change);
        runbook = { ...withSteps(runbook, change.steps), run: changedRun(runbook.run, change) };
        return "recorded";
      }
    }
    moves += 1;
    return moves < mostMoves && (await reload()) ? "moved" : "gone";
  };

  const recordAnyway = async (event: RunEvent | StepEvent) => {
    let answer: Recorded;
    do answer = await record(event);
    while (answer === "moved");
    return answer === "recorded";
  };

  if (!(await reload())) return undefined;
  return { now: () => runbook, reload, record, recordAnyway };
}

const isStepEvent = (event: RunEvent | StepEvent): event is StepEvent =>
  event.kind === "step_started" ||
  event.kind === "step_ended" ||
  event.kind === "step_stopped" ||
  event.kind === "steps_skipped";
