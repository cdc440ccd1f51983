import type { Action } from "../action/action.ts";
import { canonicalJson, type Json, type JsonObject } from "../json.ts";
import { type ExecutionDetails, executionDetailsOf } from "./action-status.ts";

/** What OpenObserve's form or PUT can say of an action; undefined: it does not say. */
export interface ActionForm {
  readonly name: string | undefined;
  /** Without the line that names its owner. */
  readonly description: string | undefined;
  readonly executionDetails: ExecutionDetails | undefined;
  /** Five fields; "" says nothing. */
  readonly cron: string | undefined;
  readonly serviceAccount: string | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
}

/**
 * An action as its form says it, over what is live. What the form cannot say (time limits, retries, secrets)
 * stays as it was, so that an edit in OpenObserve's own pages loses nothing. The answer is a written action,
 * not yet checked.
 */
export function formToAction(form: ActionForm, before: JsonObject | undefined): JsonObject {
  const type = typeOf(form, before);
  const schedule = type === "realtime" ? undefined : scheduleOf(form, before);
  const env = form.env === undefined ? before?.env : { ...secretsOf(before), ...form.env };
  const action: Record<string, Json | undefined> = {
    ...before,
    type,
    schedule,
    env,
    name: form.name ?? before?.name,
    description: form.description ?? before?.description,
    serviceAccount: form.serviceAccount || before?.serviceAccount,
  };
  return JSON.parse(canonicalJson(action as JsonObject)) as JsonObject;
}

/** The first field of a form that says something else than the action that came with it; undefined: none does. */
export function disagreement(form: ActionForm, action: Action): string | undefined {
  const { schedule } = action;
  const said: readonly (readonly [string, Json | undefined, Json | undefined])[] = [
    ["name", form.name, action.name],
    ["description", form.description, action.description],
    ["execution_details", form.executionDetails, executionDetailsOf(action.type, schedule?.timing.kind)],
    [
      "cron_expr",
      form.cron || undefined,
      schedule?.timing.kind === "cron" ? schedule.timing.expression : null,
    ],
    ["service_account", form.serviceAccount || undefined, action.serviceAccount ?? null],
    ["environment_variables", form.env, plainEnv(action)],
  ];
  return said.find(
    ([, inForm, inAction]) => inForm !== undefined && canonicalJson(inForm) !== canonicalJson(inAction),
  )?.[0];
}

/** The variables that OpenObserve's shapes can carry: a secret's name is no value. */
export const plainEnv = (action: Action): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(action.env).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );

function typeOf({ executionDetails }: ActionForm, before: JsonObject | undefined): Json {
  const live = before?.type as Action["type"] | undefined;
  const isSame =
    live !== undefined &&
    (executionDetails === undefined || (executionDetails === "service") === (live === "realtime"));
  if (isSame) return live;
  return executionDetails === "service" ? "realtime" : "scheduled";
}

function scheduleOf(
  { executionDetails, cron }: ActionForm,
  before: JsonObject | undefined,
): JsonObject | undefined {
  const live = before?.schedule as JsonObject | undefined;
  const { timezone, catchUp, startDeadline, parameters } = live ?? {};
  const policies = { timezone, catchUp, startDeadline, parameters } as JsonObject;
  if (executionDetails === "once") return live?.once === true ? live : { once: true };
  if (cron) return { ...policies, cron };
  return executionDetails === "repeat" && live?.once === true ? undefined : live;
}

const secretsOf = (before: JsonObject | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries((before?.env ?? {}) as JsonObject).filter(([, value]) => typeof value !== "string"),
  );
