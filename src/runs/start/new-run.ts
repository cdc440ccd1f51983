import type { Approval } from "../../core/action/action.ts";
import { evaluateCondition, parseExpression } from "../../core/expression/expression.ts";
import type { JsonObject } from "../../core/json.ts";
import { redactor } from "../../core/redact/redactor.ts";
import { plainEnv } from "../../core/runbook/variables.ts";
import type { Instant } from "../../core/time.ts";
import type { Sealer } from "../ports/around.ts";
import type { NewRun, Version } from "../ports/run-store.ts";
import { hideSecretParameters } from "./secret-parameters.ts";

/** Who and what starts a run, and with what. */
export interface Beginning
  extends Pick<NewRun, "id" | "trigger" | "actor" | "address" | "key" | "pinned" | "steps" | "alert"> {
  /** Checked, with defaults and with the values of secret ones. */
  readonly values: JsonObject;
  readonly now: Instant;
  /** It waits until then: the delay of an alert's link. */
  readonly notBefore?: Instant | undefined;
  /** Demanded by what starts it, beside what the action demands: the stricter wins. */
  readonly approval?: Approval | undefined;
}

/**
 * A run of a version, ready to be created: it is queued, or has ended at once because the action's condition (`when`)
 * is not met, which ends it as skipped, or cannot be evaluated, which ends it as failed.
 */
export function newRun(sealer: Sealer, version: Version, beginning: Beginning): NewRun {
  const { values, now, notBefore = now, approval, ...rest } = beginning;
  const met = conditionMet(version, beginning);
  const kept = hideSecretParameters(sealer, version.action.parameters, values, beginning.id);
  return {
    ...rest,
    organization: version.organization,
    actionId: version.actionId,
    version: version.number,
    parameters: kept.parameters,
    sealed: kept.sealed,
    approval,
    state: met === true ? (notBefore > now ? "waiting" : "queued") : met.state,
    // What cannot be evaluated may quote a value.
    reason: met === true ? undefined : redactor(kept.secrets).sentence(met.reason),
    createdAt: now,
    dueAt: notBefore,
  };
}

type Unmet = { readonly state: "skipped" | "failed"; readonly reason: string };

function conditionMet(
  { action, number }: Version,
  { values, id, trigger, actor, alert }: Beginning,
): true | Unmet {
  if (action.when === undefined) return true;
  const parsed = parseExpression(action.when, { condition: true });
  if (!parsed.ok)
    return { state: "failed", reason: `The condition (when) cannot be read: ${parsed.problem}.` };
  const met = evaluateCondition(parsed.expression, {
    parameters: values,
    alert: alert ?? {},
    run: { id, action: action.name, version: number, actor, trigger: trigger.kind },
    env: plainEnv(action.env),
    steps: {},
  });
  if (!met.ok)
    return { state: "failed", reason: `The condition (when) cannot be evaluated: ${met.problem}.` };
  return met.value ? true : { state: "skipped", reason: `The condition is not met: ${action.when.trim()}` };
}

/** A run that has ended before it began, and why: a refusal, a tick that was missed. */
export const endedRun = (
  version: Version,
  beginning: Omit<Beginning, "values" | "steps" | "pinned">,
  state: "failed" | "skipped",
  reason: string,
): NewRun => {
  const { now, ...rest } = beginning;
  return {
    ...rest,
    organization: version.organization,
    actionId: version.actionId,
    version: version.number,
    pinned: false,
    steps: [],
    approval: undefined,
    parameters: {},
    sealed: undefined,
    state,
    reason,
    createdAt: now,
    dueAt: now,
  };
};
