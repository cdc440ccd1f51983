import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/core/action/action.ts";
import { canonicalAction } from "../../../src/core/action/canonical.ts";
import { readAction } from "../../../src/core/action/read-action.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { finalStates } from "../../../src/core/run/run.ts";
import { type ActionForm, disagreement, formToAction, plainEnv } from "../../../src/core/wire/action-form.ts";
import { actionStatus, executionDetailsOf } from "../../../src/core/wire/action-status.ts";

const nothing: ActionForm = {
  name: undefined,
  description: undefined,
  executionDetails: undefined,
  cron: undefined,
  serviceAccount: undefined,
  env: undefined,
};
const read = (written: JsonObject): Action => {
  const account = written.type === "runbook" ? {} : { serviceAccount: "sa@example.com" };
  const found = readAction({ ...account, ...written }, "an_action");
  return found.ok ? found.action : expect.unreachable(JSON.stringify(found.issues));
};
/** What OpenObserve's pages send back after they have read an action and changed nothing. */
const formOf = (action: Action): ActionForm => ({
  name: action.name,
  description: action.description,
  executionDetails: executionDetailsOf(action.type, action.schedule?.timing.kind),
  cron: action.schedule?.timing.kind === "cron" ? action.schedule.timing.expression : "",
  serviceAccount: action.serviceAccount ?? "",
  env: plainEnv(action),
});

const actions: readonly JsonObject[] = [
  { type: "scheduled", schedule: { cron: "0 6 * * *", timezone: "Europe/Berlin", catchUp: "last" } },
  { type: "scheduled", schedule: { once: true } },
  { type: "scheduled", schedule: { frequency: "weekly", days: ["mon"], time: "07:30" }, timeout: "5m" },
  {
    type: "realtime",
    keepState: true,
    env: { LEVEL: "1", KEY: { secret: "key" } },
  },
  { type: "runbook", description: "Restart it", steps: [{ name: "one", run: "true" }] },
];

describe("a form", () => {
  it.each(actions)("over the action that it was read from changes nothing: %j", (written) => {
    const action = read(written);
    const live = canonicalAction(action);
    for (const form of [formOf(action), nothing])
      expect(canonicalAction(read(formToAction(form, live)))).toEqual(live);
    expect(disagreement(formOf(action), action)).toBeUndefined();
    expect(disagreement(nothing, action)).toBeUndefined();
  });

  it("makes an action of each of OpenObserve's types", () => {
    const form = { ...nothing, name: "a", cron: "0 0 1 1 *", env: { A: "1" } };
    expect(formToAction({ ...form, executionDetails: "repeat" }, undefined)).toEqual({
      name: "a",
      type: "scheduled",
      schedule: { cron: "0 0 1 1 *" },
      env: { A: "1" },
    });
    expect(formToAction({ ...form, executionDetails: "once" }, undefined)).toMatchObject({
      type: "scheduled",
      schedule: { once: true },
    });
    const service = formToAction({ ...form, executionDetails: "service" }, undefined);
    expect(service).toMatchObject({ type: "realtime" });
    expect(service).not.toHaveProperty("schedule");
  });

  it("changes the time and keeps the policies of a schedule", () => {
    const live = canonicalAction(read(actions[0] as JsonObject));
    expect(formToAction({ ...nothing, cron: "5 6 * * *" }, live).schedule).toEqual({
      cron: "5 6 * * *",
      timezone: "Europe/Berlin",
      catchUp: "last",
    });
  });

  it("replaces the variables and keeps the names of secrets", () => {
    const live = canonicalAction(read(actions[3] as JsonObject));
    expect(formToAction({ ...nothing, env: { OTHER: "2" } }, live).env).toEqual({
      KEY: { secret: "key" },
      OTHER: "2",
    });
  });

  it("that says something else than its action is found out, field by field", () => {
    const action = read({
      ...actions[0],
      description: "d",
      serviceAccount: "sa@example.com",
      env: { A: "1" },
    });
    const other: Partial<ActionForm>[] = [
      { name: "other" },
      { description: "other" },
      { executionDetails: "once" },
      { cron: "1 1 1 1 *" },
      { serviceAccount: "other@example.com" },
      { env: { A: "2" } },
    ];
    expect(other.map((form) => disagreement({ ...nothing, ...form }, action))).toEqual([
      "name",
      "description",
      "execution_details",
      "cron_expr",
      "service_account",
      "environment_variables",
    ]);
  });
});

describe("the status of an action", () => {
  it("is one of OpenObserve's four, for every state", () => {
    const states = [undefined, "waiting", "queued", "running", ...finalStates] as const;
    expect(Object.fromEntries(states.map((state) => [String(state), actionStatus(state)]))).toEqual({
      undefined: "Ready",
      waiting: "Ready",
      queued: "Ready",
      running: "Running",
      succeeded: "Completed",
      failed: "Errored",
      timed_out: "Errored",
      cancelled: "Ready",
      skipped: "Ready",
      rejected: "Errored",
      expired: "Errored",
      interrupted: "Errored",
    });
  });
});
