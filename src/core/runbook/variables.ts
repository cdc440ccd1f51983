import type { Json, JsonObject } from "../json.ts";
import { standing } from "./standing.ts";
import { isFinalStep, type Runbook } from "./step-run.ts";

/** What a runbook's expressions see beside its run and steps. */
export interface RunValues {
  /** With the values of secret ones. */
  readonly parameters: JsonObject;
  readonly alert: JsonObject;
}

/** The variables of an expression that is evaluated before step number `before`. */
export function variables(runbook: Runbook, values: RunValues, before: number): JsonObject {
  const { action, steps } = runbook;
  const ended = steps
    .slice(0, before)
    .filter(({ state }) => isFinalStep(state))
    .map((step): [string, Json] => [
      action.steps[step.number]!.id,
      { state: step.state, outputs: step.outputs, attempts: step.attempt },
    ]);
  return {
    parameters: values.parameters,
    alert: values.alert,
    steps: Object.fromEntries(ended),
    run: { ...runVariable(runbook), failed: standing(runbook, before).failed !== undefined },
    env: plainEnv(action.env),
  };
}

/** The variable `run`, as far as it does not depend on steps. */
const runVariable = ({ run }: Pick<Runbook, "run">): JsonObject => ({
  id: run.id,
  action: run.actionName,
  version: run.version,
  organization: run.organization,
  actor: run.actor,
  trigger: run.trigger.kind,
  created_at: new Date(Math.floor(run.createdAt / 1000)).toISOString(),
  cancelled: run.cancelAsked,
  failed: false,
});

/** The variable `env`: the action's own variables with a written value; never a secret's. */
export const plainEnv = (env: Runbook["action"]["env"]): JsonObject =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
