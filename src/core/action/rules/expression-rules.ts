import { type ExpressionProblem, parseExpression } from "../../expression/expression.ts";
import { hasTemplate, parseTemplate } from "../../expression/template.ts";
import type { Path, Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

const stepStates = new Set(["always", "previous_success", "previous_failure"]);

/** Every place that holds CEL by itself: parsed now, so that none fails at night. */
function* conditionsParse(action: WrittenAction): Iterable<Problem> {
  yield* condition(action.when, ["when"], ["parameters", "alert", "run", "env"]);
  for (const [index, link] of (action.alerts ?? []).entries()) {
    yield* condition(link.match, ["alerts", index, "match"], ["alert"]);
    yield* expression(link.key, ["alerts", index, "key"], { names: ["alert"] });
  }
  for (const [index, step] of (action.steps ?? []).entries())
    if (step.if !== undefined && !stepStates.has(step.if))
      yield* condition(step.if, ["steps", index, "if"], undefined);
}

/** `${{ }}` wherever a value may hold it. */
function* templatesParse(action: WrittenAction): Iterable<Problem> {
  if (action.type === "runbook") yield* templates(action.env, ["env"], undefined);
  yield* templates(action.schedule?.parameters, ["schedule", "parameters"], ["run", "env"]);
  for (const [index, link] of (action.alerts ?? []).entries())
    yield* templates(link.parameters, ["alerts", index, "parameters"], ["alert"]);
  for (const [index, link] of (action.events ?? []).entries())
    yield* templates(link.parameters, ["events", index, "parameters"], ["run"]);
  for (const [index, step] of (action.steps ?? []).entries())
    for (const key of ["env", "http", "parameters", "provider"] as const)
      yield* templates(step[key], ["steps", index, key], undefined);
}

/** Only runbooks evaluate; a warning, as the text is legal and may be meant for something else. */
function* templatesAreEvaluated(action: WrittenAction): Iterable<Problem> {
  if (action.type === "runbook") return;
  for (const [key, value] of Object.entries(action.env ?? {}))
    if (typeof value === "string" && hasTemplate(value))
      yield {
        code: "TEMPLATE_NOT_EVALUATED",
        path: ["env", key],
        severity: "warning",
        message: `\${{ }} is evaluated in runbooks only: main.py sees this text as it is`,
      };
}

/** Nothing is spliced into a shell: values reach a command by its environment. */
function* commandsHoldNoTemplate(action: WrittenAction): Iterable<Problem> {
  for (const [index, { run }] of (action.steps ?? []).entries()) {
    if (run === undefined || !hasTemplate(run)) continue;
    const offset = run.indexOf("${{");
    const close = run.indexOf("}}", offset);
    const inside = close < 0 ? "" : run.slice(offset + 3, close).trim();
    const variable = (/([A-Za-z_][A-Za-z0-9_]*)$/.exec(inside)?.[1] ?? "value").toUpperCase();
    const line = run.slice(run.lastIndexOf("\n", offset) + 1).split("\n")[0] as string;
    yield {
      code: "TEMPLATE_IN_COMMAND",
      path: ["steps", index, "run"],
      part: {
        text: line,
        offset: offset - (run.lastIndexOf("\n", offset) + 1),
        length: Math.max(3, (close < 0 ? offset + 3 : close + 2) - offset),
      },
      message: "a command must not hold ${{ }}: a value could become a part of the command",
      hint: `env: { ${variable}: "\${{ ${inside} }}" } and "$${variable}" in the command`,
    };
  }
}

function* condition(
  text: string | undefined,
  path: Path,
  names: readonly string[] | undefined,
): Iterable<Problem> {
  yield* expression(text, path, { condition: true, ...(names && { names }) });
}

function* expression(
  text: string | undefined,
  path: Path,
  place: { names?: readonly string[]; condition?: boolean },
): Iterable<Problem> {
  if (text === undefined) return;
  const parsed = parseExpression(text, place);
  if (!parsed.ok) yield atOffset(parsed, text, path);
}

function* templates(value: unknown, path: Path, names: readonly string[] | undefined): Iterable<Problem> {
  if (typeof value === "string" && hasTemplate(value)) {
    const parsed = parseTemplate(value, names === undefined ? {} : { names });
    if (!parsed.ok) yield atOffset(parsed, value, path);
  } else if (value !== null && typeof value === "object")
    for (const [key, item] of Object.entries(value))
      yield* templates(item, [...path, Array.isArray(value) ? Number(key) : key], names);
}

const atOffset = ({ problem, offset }: ExpressionProblem, text: string, path: Path): Problem => ({
  code: "EXPRESSION_INVALID",
  path,
  part: { text, offset: Math.min(offset, text.length), length: 1 },
  message: `this expression cannot be read: ${problem}`,
});

export const expressionRules: readonly Rule[] = [
  conditionsParse,
  templatesParse,
  templatesAreEvaluated,
  commandsHoldNoTemplate,
];
