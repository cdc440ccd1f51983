import type { RunbookAction, Step } from "../../../src/core/action/action.ts";
import type { Change } from "../../../src/core/run/change.ts";
import { decide } from "../../../src/core/run/decide.ts";
import { isRefusal, type Refusal } from "../../../src/core/run/refusal.ts";
import { isFinal } from "../../../src/core/run/run.ts";
import type { RunEvent } from "../../../src/core/run/run-event.ts";
import {
  decideStep,
  type StepEnd,
  type StepEvent,
  withSteps,
} from "../../../src/core/runbook/decide-step.ts";
import { loseSteps } from "../../../src/core/runbook/lose-steps.ts";
import { deadlineOf, type Move, nextMove } from "../../../src/core/runbook/next-move.ts";
import { standing } from "../../../src/core/runbook/standing.ts";
import { allSteps, type Runbook } from "../../../src/core/runbook/step-run.ts";
import { after, type Instant } from "../../../src/core/time.ts";
import { someRun } from "../run/some-run.ts";
import { type Incident, type PlannedStep, type Scenario, tryNumber } from "./scenario.ts";

const start: Instant = 1_800_000_000_000_000;
const noRetries = { limit: 0, delay: 0, backoff: "constant" } as const;
/** More than any scenario needs: a run that takes more hangs. */
const mostMoves = 2_000;
const cleanupLimit = 300_000;

/** A runbook as the scenario plans it. */
export const runbookOf = ({ timeout, steps }: Scenario): Partial<RunbookAction> => ({
  type: "runbook",
  mode: "manual",
  timeout,
  steps: steps.map(stepOf),
});

const stepOf = (planned: PlannedStep, number: number): Step => ({
  id: `s${number}`,
  name: `S${number}`,
  provider: "local",
  program: { kind: "run", command: "true" },
  env: {},
  if: planned.if,
  timeout: planned.timeout,
  retries: { limit: planned.retries, delay: planned.delay, backoff: "constant" },
  continueOnError: planned.continueOnError,
  idempotent: planned.idempotent,
});

export interface Played {
  /** Every state that the run and its steps had, in order. */
  readonly history: readonly Runbook[];
  readonly executions: readonly number[];
}

/** A run in the hands of one worker after the other, with a clock that they move. */
interface Life {
  readonly scenario: Scenario;
  readonly action: RunbookAction;
  readonly history: Runbook[];
  readonly executions: number[];
  now: Instant;
}

/** Plays a scenario on the state machine alone: a worker without a store, an executor or a log. */
export function play(scenario: Scenario, action: RunbookAction): Played {
  const run = someRun(start);
  const history: Runbook[] = [{ action, run, steps: allSteps(action, run, []) }];
  const life: Life = { scenario, action, history, executions: [], now: start };
  const met = new Set<string>();
  claim(life);
  for (let moves = 0; !isFinal(state(life).run.state); moves += 1) {
    if (moves > mostMoves) throw new Error("The run hangs.");
    const move = nextMove(state(life), { parameters: {}, alert: {} }, life.now);
    const when = `${move.kind} ${life.executions.length}`;
    const planned = met.has(when) ? "nothing" : incidentBefore(life, move);
    met.add(when);
    if (planned === "nothing") make(life, move);
    else meet(life, planned);
  }
  return life;
}

const state = ({ history }: Life): Runbook => history.at(-1) as Runbook;

function take(life: Life, change: Change | Refusal): void {
  if (isRefusal(change)) return;
  const changed = { ...state(life).run, ...change.patch, state: change.to, reason: change.reason };
  life.history.push({ ...withSteps(state(life), change.steps), run: changed });
}
const happen = (life: Life, event: RunEvent) => take(life, decide(state(life).run, event, life.now));
function must(life: Life, event: StepEvent): void {
  const change = decideStep(state(life), event, life.now);
  if (isRefusal(change)) throw new Error(`${event.kind}: ${change.message}`);
  take(life, change);
}

function claim(life: Life): void {
  life.now = Math.max(life.now, state(life).run.dueAt);
  happen(life, { kind: "claimed", worker: "w" });
  happen(life, { kind: "started" });
}

const incidentBefore = ({ scenario, executions }: Life, move: Move): Incident =>
  move.kind === "start"
    ? tryNumber(scenario, executions.length).before
    : move.kind === "end"
      ? scenario.atEnd
      : "nothing";

function meet(life: Life, what: Incident): void {
  if (what === "cancel") happen(life, { kind: "cancel", by: "a@example.com" });
  if (what !== "crash") return;
  const { run } = state(life);
  const reason = "The server ended while it ran.";
  const { dueAt, steps } = loseSteps(state(life), reason, life.now);
  const event: RunEvent =
    dueAt === undefined
      ? { kind: "lost", reason, retries: noRetries }
      : { kind: "resumed", reason, at: dueAt };
  const change = decide(run, event, life.now);
  take(life, isRefusal(change) ? change : { ...change, steps });
  if (state(life).run.state === "queued") claim(life);
}

function make(life: Life, move: Move) {
  const { action } = life;
  switch (move.kind) {
    case "start":
      return execute(life, move.number, move.cleaningUp);
    case "skip":
      return must(life, { kind: "steps_skipped", skipped: move.skipped });
    case "stop": {
      const { number: step, state: to, reason } = move;
      return must(life, { kind: "step_stopped", step, state: to, reason });
    }
    case "overtime":
      return overtime(life, action.steps.length);
    case "wait":
      return wait(life, Math.min(move.until, deadlineOf(state(life)) as Instant));
    case "end": {
      const { outputs: _, ...end } = ending(move.end);
      return happen(life, { kind: "ended", end: { ...end, resultSize: undefined }, retries: noRetries });
    }
    default:
      throw new Error(`${move.kind}: nothing of this scenario is attended`);
  }
}

const overtime = (life: Life, before: number): void =>
  happen(life, { kind: "overtime", failed: standing(state(life), before).failed !== undefined });

function wait(life: Life, until: Instant): void {
  if (until - life.now <= 30_000_000) {
    life.now = until;
    return;
  }
  happen(life, { kind: "paused", until });
  claim(life);
}

function execute(life: Life, number: number, cleaningUp: boolean): void {
  const { timeout, retries } = life.action.steps[number] as Step;
  const left = ((deadlineOf(state(life)) as Instant) - life.now) / 1000;
  const limit = Math.min(timeout, cleaningUp ? cleanupLimit : left);
  const planned = tryNumber(life.scenario, life.executions.length);
  life.executions.push(number);
  must(life, { kind: "step_started", step: number, provider: undefined, child: undefined });
  const took = Math.min(planned.lasts, limit);
  const half = Math.floor(took / 2);
  life.now = after(life.now, half);
  meet(life, planned.during);
  if (planned.during === "crash") return;
  const isStopped = planned.during === "cancel" && !cleaningUp;
  if (!isStopped) life.now = after(life.now, took - half);
  const end = isStopped ? "cancelled" : planned.lasts < limit ? planned.end : "timed_out";
  const isOver = !cleaningUp && left < timeout && end === "timed_out";
  if (isOver) overtime(life, number);
  const isLast = isOver || cleaningUp || state(life).run.cancelAsked;
  must(life, { kind: "step_ended", step: number, end: ending(end), retries: isLast ? noRetries : retries });
}

const ending = (end: StepEnd["end"]): StepEnd => ({
  end,
  reason: end === "succeeded" ? undefined : `it ended: ${end}`,
  isolation: undefined,
  exitCode: undefined,
  signal: undefined,
  duration: 1,
  peakMemory: undefined,
  cpuTime: undefined,
  outputs: {},
});
