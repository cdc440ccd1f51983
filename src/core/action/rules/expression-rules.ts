import { type ExpressionProblem, parseExpression } from "../../expression/expression.ts";
import { hasTemplate, parseTemplate } from "../../expression/template.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import { type ExpressionPlace, expressionPlaces, stepStates } from "./expression-places.ts";
import type { Rule } from "./rule.ts";
import { unknownReferences } from "./unknown-references.ts";

/** Every expression, wherever it stands: read now, so that none fails at night. */
function* expressionsParse(action: WrittenAction): Iterable<Problem> {
  for (const place of expressionPlaces(action)) {
    const parsed = parse(place);
    if (!parsed.ok) yield withHint(atOffset(parsed, place), place);
    else
      for (const part of parsed.template.parts)
        if (part.kind === "expression") yield* unknownReferences(action, place, part.expression, part.offset);
  }
}

function parse({ text, form, names }: ExpressionPlace): ReturnType<typeof parseTemplate> {
  if (form === "template") return parseTemplate(text, { ...(names && { names }) });
  const parsed = parseExpression(text, { ...(names && { names }), condition: form === "condition" });
  if (!parsed.ok) return parsed;
  return {
    ok: true,
    template: { parts: [{ kind: "expression", expression: parsed.expression, offset: 0 }] },
  };
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

const atOffset = ({ problem, offset }: ExpressionProblem, { text, path }: ExpressionPlace): Problem => ({
  code: "EXPRESSION_INVALID",
  path,
  part: { text, offset: Math.min(offset, text.length), length: 1 },
  message: `this expression cannot be read: ${problem}`,
});

/** A single word at a step's `if` was meant as one of three. */
function withHint(problem: Problem, { text, form, path }: ExpressionPlace): Problem {
  const isIf = form === "condition" && path[0] === "steps";
  const hint = isIf && /^\w+$/.test(text) ? didYouMean(text, [...stepStates]) : undefined;
  return hint === undefined ? problem : { ...problem, hint };
}

export const expressionRules: readonly Rule[] = [
  expressionsParse,
  templatesAreEvaluated,
  commandsHoldNoTemplate,
];
