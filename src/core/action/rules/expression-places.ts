import { hasTemplate } from "../../expression/template.ts";
import type { Path } from "../problem.ts";
import { stepId } from "../step-id.ts";
import type { WrittenAction } from "../written/written.generated.ts";

/** A text of an action that is CEL or holds it. */
export interface ExpressionPlace {
  readonly text: string;
  readonly path: Path;
  readonly form: "condition" | "expression" | "template";
  /** The top-level names that this place has; undefined: all. */
  readonly names: readonly string[] | undefined;
  /** The steps that have ended where this is evaluated; undefined: those of any place in the run. */
  readonly stepsBefore: readonly string[] | undefined;
}

/** What `if` of a step may be beside an expression. */
export const stepStates: ReadonlySet<string> = new Set(["always", "previous_success", "previous_failure"]);

/** The ids of an action's steps, in their order. */
export const stepIds = ({ steps = [] }: WrittenAction): readonly string[] =>
  steps.map(({ id, name }, index) => id ?? stepId(name, index));

/** Every text of an action that is evaluated in a run, or decides whether there is one. */
export function* expressionPlaces(action: WrittenAction): Iterable<ExpressionPlace> {
  yield* one("condition", action.when, ["when"], ["parameters", "alert", "run", "env"]);
  if (action.type === "runbook") yield* templates(action.env, ["env"], undefined);
  yield* templates(action.schedule?.parameters, ["schedule", "parameters"], ["run", "env"]);
  for (const [index, link] of (action.alerts ?? []).entries()) {
    const path = ["alerts", index];
    yield* one("condition", link.match, [...path, "match"], ["alert"]);
    yield* one("expression", link.key, [...path, "key"], ["alert"]);
    yield* templates(link.parameters, [...path, "parameters"], ["alert"]);
  }
  for (const [index, link] of (action.events ?? []).entries())
    yield* templates(link.parameters, ["events", index, "parameters"], ["run"]);
  yield* stepPlaces(action);
}

function* stepPlaces(action: WrittenAction): Iterable<ExpressionPlace> {
  const ids = stepIds(action);
  for (const [index, step] of (action.steps ?? []).entries()) {
    const before = ids.slice(0, index);
    if (step.if !== undefined && !stepStates.has(step.if))
      yield* one("condition", step.if, ["steps", index, "if"], undefined, before);
    for (const key of ["env", "http", "parameters", "provider"] as const)
      yield* templates(step[key], ["steps", index, key], undefined, before);
  }
}

function* one(
  form: ExpressionPlace["form"],
  text: string | undefined,
  path: Path,
  names: readonly string[] | undefined,
  stepsBefore?: readonly string[],
): Iterable<ExpressionPlace> {
  if (text !== undefined) yield { text, path, form, names, stepsBefore };
}

/** Texts with `${{ }}` at any depth of a value. */
function* templates(
  value: unknown,
  path: Path,
  names: readonly string[] | undefined,
  stepsBefore?: readonly string[],
): Iterable<ExpressionPlace> {
  if (typeof value === "string") {
    if (hasTemplate(value)) yield { text: value, path, form: "template", names, stepsBefore };
  } else if (value !== null && typeof value === "object")
    for (const [key, item] of Object.entries(value))
      yield* templates(item, [...path, Array.isArray(value) ? Number(key) : key], names, stepsBefore);
}
