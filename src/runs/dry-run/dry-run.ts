import { approversText } from "../../core/approval/run-approval.ts";
import type { JsonObject } from "../../core/json.ts";
import { mask } from "../../core/redact/redact-stream.ts";
import { redactor } from "../../core/redact/redactor.ts";
import { queuedRun } from "../../core/run/queued-run.ts";
import type { Trigger } from "../../core/run/run.ts";
import { allSteps, type Runbook } from "../../core/runbook/step-run.ts";
import type { Instant } from "../../core/time.ts";
import type { Sealer } from "../ports/around.ts";
import type { RunStore, Version } from "../ports/run-store.ts";
import { RunRefused } from "../run-refused.ts";
import { checkParameters } from "../start/check-parameters.ts";
import { newRun } from "../start/new-run.ts";
import { hideSecretParameters } from "../start/secret-parameters.ts";
import { newRunId } from "../start/start-run.ts";
import { type DryParts, type DryStep, dryStep } from "./dry-step.ts";

/** What a run would do, as far as that is known before it runs. Secret values are masked. */
export interface DryRun {
  readonly version: Version;
  readonly parameters: JsonObject;
  /** Whether it would begin; else why not: the action's condition. */
  readonly state: "queued" | "skipped" | "failed";
  readonly reason: string | undefined;
  /** Whom it would wait for, as a sentence; undefined: nobody. */
  readonly approval: string | undefined;
  /** Of a runbook. */
  readonly steps: readonly DryStep[];
}

export interface DryAsk {
  readonly organization: string;
  readonly actionId: string;
  readonly actor: string;
  readonly parameters: JsonObject;
}

/**
 * Goes through a run as if every step succeeded: parameters checked, conditions and templates evaluated, providers and
 * secrets looked up. Nothing is written, started or connected to.
 * @throws RunRefused `ACTION_MISSING`, `NOT_RUNNABLE`, `PARAMETERS_INVALID`
 */
export async function dryRun(
  parts: DryParts & { readonly store: Pick<RunStore, "version"> },
  ask: DryAsk,
  now: Instant,
): Promise<DryRun> {
  const version = await parts.store.version(ask.organization, ask.actionId);
  if (version === undefined) throw new RunRefused("ACTION_MISSING", "There is no such action.");
  const { action } = version;
  const values = await checkParameters(action.parameters, ask.parameters);
  const trigger: Trigger = { kind: "manual" };
  const { actor } = ask;
  const begun = {
    id: newRunId(now),
    trigger,
    actor,
    key: undefined,
    alert: undefined,
    values,
    pinned: false,
    steps: [],
    now,
  };
  const { state, reason, parameters } = newRun(unsealed, version, begun);
  const shown = { parameters, alert: {} };
  const steps: DryStep[] = [];
  if (action.type === "runbook") {
    const run = { ...runLike(version, begun.id, actor, now), parameters };
    const runbook: Runbook = { action, run, steps: allSteps(action, run, []) };
    const real = { parameters: values, alert: {} };
    const { secrets } = hideSecretParameters(unsealed, action.parameters, values, begun.id);
    const hide = redactor(secrets).sentence;
    for (const number of action.steps.keys())
      steps.push(await dryStep(parts, ask.organization, runbook, { shown, real, hide }, number));
  }
  const { approval } = action;
  return {
    version,
    parameters,
    state: state === "waiting" ? "queued" : state,
    reason,
    approval: approval?.required ? `${approversText(approval)} (${approval.quorum} needed)` : undefined,
    steps,
  };
}

/** Nothing is kept, so nothing needs a key. */
const unsealed: Sealer = { seal: () => mask, open: () => "{}" };

/** A run as expressions see it; it is never kept. */
const runLike = (version: Version, id: string, actor: string, now: Instant): Runbook["run"] =>
  queuedRun(
    {
      id,
      organization: version.organization,
      actionId: version.actionId,
      actionName: version.action.name,
      category: version.action.category,
      version: version.number,
      digest: version.digest,
      trigger: { kind: "manual" },
      actor,
    },
    now,
  );
