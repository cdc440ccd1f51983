import { didYouMean } from "../did-you-mean.ts";
import type { Path, Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

/** What starts runs by itself has to give what they need, and nothing else. */

const scheduleGivesParameters = (action: WrittenAction): Iterable<Problem> =>
  action.schedule === undefined
    ? []
    : given(action, action.schedule.parameters, ["schedule"], "the schedule");

function* alertsGiveParameters(action: WrittenAction): Iterable<Problem> {
  for (const [index, link] of (action.alerts ?? []).entries())
    yield* given(action, link.parameters, ["alerts", index], "the alert");
}

function* eventsGiveParameters(action: WrittenAction): Iterable<Problem> {
  for (const [index, link] of (action.events ?? []).entries())
    yield* given(action, link.parameters, ["events", index], "the event");
}

function* given(
  { type, parameters: declared = {} }: WrittenAction,
  values: object = {},
  path: Path,
  giver: string,
): Iterable<Problem> {
  for (const name of Object.keys(values))
    if (!Object.hasOwn(declared, name))
      yield {
        code: "UNKNOWN_PARAMETER",
        path: [...path, "parameters", name],
        key: true,
        message: `${giver} gives a parameter "${name}" that is not declared`,
        hint: didYouMean(name, Object.keys(declared)) ?? "declare it under parameters",
      };
  // Another rule refuses parameters there.
  if (type === "scheduled") return;
  for (const [name, schema] of Object.entries(declared))
    if (schema.default === undefined && schema.optional !== true && !Object.hasOwn(values, name))
      yield {
        code: "PARAMETER_MISSING",
        path,
        key: true,
        message: `${giver} starts runs without the parameter "${name}", which has no default`,
        hint: `give it under parameters here, or declare it with a default or optional: true`,
      };
}

export const linkRules: readonly Rule[] = [
  scheduleGivesParameters,
  alertsGiveParameters,
  eventsGiveParameters,
];
