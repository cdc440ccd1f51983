import { secretsOfLogin } from "../../core/redact/secrets-of-login.ts";
import { noRetries } from "../../core/run/back-off.ts";
import { unmeasured } from "../../core/run/unmeasured.ts";
import { deadlineOf, type Move, nextMove } from "../../core/runbook/next-move.ts";
import { standing } from "../../core/runbook/standing.ts";
import { type Instant, type Milliseconds, toMilliseconds } from "../../core/time.ts";
import { loseRun } from "../lose-run.ts";
import { openParameters } from "../start/secret-parameters.ts";
import { happen, insist } from "../work/insist.ts";
import { introduce } from "../work/introduce.ts";
import { logWriter } from "../work/log-writer.ts";
import { attemptStep } from "./attempt-step.ts";
import { attendAction } from "./attend-action.ts";
import { hiddenValues } from "./hidden-values.ts";
import { type Recorded, type RunbookJob, type RunbookWorker, runbookState } from "./runbook-worker.ts";
import { hide } from "./settle-attempt.ts";

/** A longer wait for the next attempt gives the worker's place back; a shorter one keeps connections open. */
const longestHold: Milliseconds = 30_000;

/**
 * Works on a claimed run of a runbook, from wherever it is to its end or to a pause. Never rejects. When the store
 * stays away, the run is left as it is: its lease ends, and it is found.
 */
export async function workRunbook(job: RunbookJob): Promise<void> {
  const { parts, claimed, action, stops } = job;
  const writer = logWriter(parts, claimed.run.id, action.resources.output);
  const close = () =>
    writer.close().catch((error: unknown) => parts.report("writing the log of a run", error));
  try {
    const worker = await begin(job, writer);
    const end = worker && (await goOn(worker));
    await close();
    if (stops.halt.aborted && stops.halt.reason === "lease lost") return;
    if (stops.halt.aborted && end === undefined)
      await loseRun(parts, claimed.run, action, "The server stopped while it ran.", claimed.fence);
    if (end !== undefined) await worker?.recordAnyway(end);
  } catch (error) {
    parts.report("working on a runbook", error);
    await close();
    // Left to its lease it would be taken up and fail like this for ever.
    const reason = "The server failed to work on it. This is a bug of Rota; the server's log tells more.";
    await happen(parts, claimed, { kind: "ended", end: unmeasured("lost", reason), retries: noRetries });
  } finally {
    await parts.executor
      .release(claimed.run.id)
      .catch((error: unknown) => parts.report("ending connections", error));
  }
}

/** Everything that is needed beside its steps; undefined: it has ended, or is not ours any more. */
async function begin(job: RunbookJob, writer: RunbookWorker["writer"]): Promise<RunbookWorker | undefined> {
  const { parts, claimed, action } = job;
  const { run, version } = claimed;
  const state = await runbookState(job);
  if (state === undefined || job.stops.halt.aborted) return undefined;
  const refuse = async (reason: string) => {
    await happen(parts, claimed, { kind: "denied", reason });
    return undefined;
  };
  const found = await insist(parts, "finding the credentials of a run", async () => ({
    credentials: await parts.credentials.forRun(run, version),
  }));
  if (found === undefined) return undefined;
  const { credentials } = found;
  if (credentials !== undefined && "refused" in credentials) return refuse(credentials.refused);
  const opened = open(parts.sealer, run);
  if (opened === undefined)
    return refuse(
      "Its secret parameters cannot be opened: the server's secret key is not the one that they were kept with.",
    );
  if (!(await state.recordAnyway({ kind: "started" }))) return undefined;
  introduce(writer, state.now().run, version, parts.clock.now());
  return {
    ...job,
    ...state,
    action,
    writer,
    credentials,
    values: { parameters: opened.values, alert: run.alert ?? {} },
    hidden: hiddenValues([...opened.secrets, ...(credentials ? secretsOfLogin(credentials.token) : [])]),
  };
}

function open(...asked: Parameters<typeof openParameters>): ReturnType<typeof openParameters> | undefined {
  try {
    return openParameters(...asked);
  } catch {
    return undefined;
  }
}

type End = Parameters<RunbookWorker["record"]>[0] | undefined;

/** Makes one move after the other. Answers how the run ends; undefined: it does not end here. */
async function goOn(worker: RunbookWorker): Promise<End> {
  const { stops, parts, values } = worker;
  while (!stops.halt.aborted) {
    if (stops.cancel.aborted && !worker.now().run.cancelAsked && !(await worker.reload())) return undefined;
    const move = nextMove(worker.now(), values, parts.clock.now());
    if (move.kind === "end") return ended(worker, move);
    if ((await make(worker, move)) === "gone") return undefined;
  }
  return undefined;
}

async function make(worker: RunbookWorker, move: Exclude<Move, { kind: "end" }>): Promise<Recorded> {
  const { writer, action, parts } = worker;
  const at = parts.clock.now();
  const nameOf = (number: number) => action.steps[number]!.name;
  switch (move.kind) {
    case "start":
      return attemptStep(worker, move.number, move.cleaningUp);
    case "attend":
      return attendAction(worker, move.number);
    case "skip":
      for (const { number, reason } of move.skipped) {
        writer.enter(action.steps[number]!.id);
        writer.say(`Skipped "${nameOf(number)}": ${reason}`, at);
      }
      return worker.record({ kind: "steps_skipped", skipped: move.skipped });
    case "stop": {
      const reason = hide(worker, move.reason);
      writer.enter(action.steps[move.number]!.id);
      writer.say(`"${nameOf(move.number)}" ends: ${reason}`, at);
      return worker.record({ kind: "step_stopped", step: move.number, state: move.state, reason });
    }
    case "overtime": {
      const { failed } = standing(worker.now(), action.steps.length);
      return worker.record({ kind: "overtime", failed: failed !== undefined });
    }
    case "wait":
      return wait(worker, move.until);
  }
}

/** Waits here, until it is time or somebody stops it; or leaves the run to whoever claims it then. */
async function wait(worker: RunbookWorker, until: Instant): Promise<Recorded> {
  const { parts, stops } = worker;
  const deadline = deadlineOf(worker.now());
  const at = deadline === undefined ? until : Math.min(until, deadline);
  if (toMilliseconds(at) - toMilliseconds(parts.clock.now()) > longestHold) {
    const paused = await worker.record({ kind: "paused", until: at });
    return paused === "recorded" ? "gone" : paused;
  }
  const either = [stops.cancel, stops.halt];
  if (either.some(({ aborted }) => aborted)) return "moved";
  await new Promise<void>((resolve) => {
    const wake = () => {
      takeBack();
      for (const stop of either) stop.removeEventListener("abort", wake);
      resolve();
    };
    const takeBack = parts.clock.alarm(at, wake);
    for (const stop of either) stop.addEventListener("abort", wake);
  });
  return "moved";
}

function ended({ now, parts }: RunbookWorker, { end, reason }: Extract<Move, { kind: "end" }>): End {
  const { run } = now();
  const took = toMilliseconds(parts.clock.now()) - toMilliseconds(run.startedAt ?? parts.clock.now());
  return {
    kind: "ended",
    end: { ...unmeasured("lost", ""), end, reason, duration: took },
    retries: noRetries,
  };
}
