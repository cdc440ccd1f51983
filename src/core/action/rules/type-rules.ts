import type { Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

/** Which fields go with which type of action. */

function* serviceAccountWhereNeeded(action: WrittenAction): Iterable<Problem> {
  if (action.type === "runbook" || action.serviceAccount !== undefined) return;
  yield {
    code: "SERVICE_ACCOUNT_MISSING",
    path: ["type"],
    message: `a ${action.type} action needs a serviceAccount, whose rights its runs have`,
    hint: "serviceAccount: NAME@example.com, declared in rota.yaml",
  };
}

function* fieldsOfTheType(action: WrittenAction): Iterable<Problem> {
  const only = (key: keyof typeof action, types: readonly string[], hint: string): Problem[] =>
    action[key] === undefined || types.includes(action.type)
      ? []
      : [
          {
            code: "FIELD_NOT_FOR_TYPE",
            path: [key],
            key: true,
            message: `"${key}" is not for a ${action.type} action`,
            hint,
          },
        ];
  yield* only("steps", ["runbook"], "steps make a runbook: type: runbook");
  yield* only("mode", ["runbook"], "only runbooks have a mode");
  yield* only("keepState", ["realtime"], "only real-time actions keep state between calls");
  yield* only(
    "schedule",
    ["scheduled", "runbook"],
    "a real-time action runs when it is called; type: scheduled runs on a schedule",
  );
  yield* only("parameters", ["realtime", "runbook"], "main() of a scheduled action takes no input; use env");
}

function* modeWithItsTrigger(action: WrittenAction): Iterable<Problem> {
  const started = [action.alerts, action.events].some((links) => (links ?? []).length > 0);
  if (action.type === "scheduled" && action.schedule === undefined && !started)
    yield {
      code: "SCHEDULE_MISSING",
      path: ["type"],
      message: "a scheduled action needs a schedule",
      hint: 'schedule: { cron: "0 6 * * *" }',
    };
  if (action.type !== "runbook") return;
  const mode = action.mode ?? "manual";
  if (action.steps === undefined)
    yield {
      code: "STEPS_MISSING",
      path: ["type"],
      message: "a runbook needs steps",
      hint: "steps: [{ name: …, run: … }]",
    };
  if (mode === "scheduled" && action.schedule === undefined)
    yield { code: "SCHEDULE_MISSING", path: ["mode"], message: "mode: scheduled needs a schedule" };
  if (mode !== "scheduled" && action.schedule !== undefined)
    yield {
      code: "MODE_MISMATCH",
      path: ["schedule"],
      key: true,
      message: `a schedule needs mode: scheduled, and this has ${mode}`,
    };
  const triggers = (["alerts", "events"] as const).filter((key) => (action[key] ?? []).length > 0);
  if (mode === "triggered" && triggers.length === 0)
    yield { code: "TRIGGER_MISSING", path: ["mode"], message: "mode: triggered needs alerts or events" };
  if (mode !== "triggered")
    for (const key of triggers)
      yield {
        code: "MODE_MISMATCH",
        path: [key],
        key: true,
        message: `"${key}" needs mode: triggered, and this has ${mode}`,
      };
}

export const typeRules: readonly Rule[] = [serviceAccountWhereNeeded, fieldsOfTheType, modeWithItsTrigger];
