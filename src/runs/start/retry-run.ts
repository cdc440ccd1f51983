import type { Action, Approval } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Run } from "../../core/run/run.ts";
import { isFinal } from "../../core/run/run.ts";
import { judgeStep } from "../../core/runbook/judge-step.ts";
import { allSteps, type StepRun } from "../../core/runbook/step-run.ts";
import type { RunValues } from "../../core/runbook/variables.ts";
import type { Instant } from "../../core/time.ts";
import type { Bell, Sealer } from "../ports/around.ts";
import type { RunBlobs } from "../ports/run-files.ts";
import type { RunStore } from "../ports/run-store.ts";
import { RunRefused } from "../run-refused.ts";
import type { Asker, RunRef } from "../service.ts";
import { newRun } from "./new-run.ts";
import { openParameters } from "./secret-parameters.ts";
import { announceStart, createRun, newRunId } from "./start-run.ts";

interface Parts {
  readonly store: Pick<RunStore, "get" | "pinned" | "steps" | "create">;
  readonly blobs: RunBlobs;
  readonly bell: Bell;
  readonly sealer: Sealer;
}

/**
 * Starts a run once more that did not succeed: the same version, parameters and records; of a runbook from the step
 * that failed, with what those before it gave. The first run stays as it is.
 * @throws RunRefused `RUN_MISSING`, `RUN_NOT_ENDED`, `NOT_RUNNABLE`, `ACTION_MISSING`
 */
export async function retryRun(parts: Parts, ask: RunRef & Asker, now: Instant): Promise<Run> {
  const run = await parts.store.get(ask.organization, ask.run);
  const version = run && (await parts.store.pinned(run.id));
  if (run === undefined || version === undefined)
    throw new RunRefused("RUN_MISSING", "There is no such run.");
  if (!isFinal(run.state))
    throw new RunRefused("RUN_NOT_ENDED", "The run has not ended yet: wait for its end, or cancel it first.");
  if (run.state === "succeeded")
    throw new RunRefused(
      "NOT_RUNNABLE",
      "The run succeeded: there is nothing to try again. Start a new one.",
    );
  if (run.trigger.kind === "build")
    throw new RunRefused(
      "NOT_RUNNABLE",
      "It is an installation of packages: apply or upload the action again.",
    );
  const values = parametersOf(parts.sealer, run);
  const made = newRun(parts.sealer, version, {
    id: newRunId(now),
    trigger: { kind: "retry", run: run.id, ...(ask.within !== undefined && { within: ask.within }) },
    actor: ask.actor,
    address: ask.address,
    key: undefined,
    alert: run.alert,
    pinned: true,
    values,
    approval: demandedOf(run),
    steps: takenOver(version.action, run, await parts.store.steps(run.id), {
      parameters: values,
      alert: run.alert ?? {},
    }),
    now,
  });
  const created = await createRun(parts, made, await parts.blobs.get(run.id, "input"));
  if (created === "moved") throw new TypeError("a pinned version cannot move");
  announceStart(parts.bell, created, version);
  return created;
}

/** What a run waited for, its retry waits for: also where an alert's link demanded it and the action does not. */
const demandedOf = ({ approval }: Run): Approval | undefined =>
  approval && {
    required: true,
    approvers: approval.approvers,
    quorum: approval.quorum,
    expires: approval.window,
    onExpiry: approval.onExpiry,
  };

function parametersOf(sealer: Sealer, run: Run): JsonObject {
  try {
    return openParameters(sealer, run).values;
  } catch {
    throw new RunRefused(
      "NOT_RUNNABLE",
      "Its secret parameters cannot be opened any more, as the server's secret key is another one now. Start a new run.",
    );
  }
}

/** The steps that need not run again: those before the first that did not go as it should. */
function takenOver(
  action: Action,
  run: Run,
  rows: readonly StepRun[],
  values: RunValues,
): readonly StepRun[] {
  if (action.type !== "runbook") return [];
  const steps = allSteps(action, run, rows);
  // As if nobody had stopped it: what was left out for that alone is still to be done.
  const unstopped = { action, run: { ...run, cancelAsked: false, cause: undefined }, steps };
  const isLeftOut = (number: number) => {
    const verdict = judgeStep(unstopped, values, number);
    return verdict !== "run" && "skip" in verdict;
  };
  const isFine = ({ state, number }: StepRun) =>
    state === "succeeded" ||
    (state === "skipped" && isLeftOut(number)) ||
    ((state === "failed" || state === "timed_out") && action.steps[number]!.continueOnError);
  const first = steps.findIndex((step) => !isFine(step));
  // None: a cancel came when everything was done, which is no reason to do it twice.
  return steps
    .slice(0, first === -1 ? steps.length : first)
    .map((step) => ({ ...step, takenFrom: step.takenFrom ?? run.id }));
}
