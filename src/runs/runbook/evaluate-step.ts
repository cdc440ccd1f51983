import type { EnvValue, Step } from "../../core/action/action.ts";
import { evaluateStructure, roomForAll } from "../../core/expression/template.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Runbook } from "../../core/runbook/step-run.ts";
import { type RunValues, variables } from "../../core/runbook/variables.ts";

/** A step with every template in it evaluated, and the names of secrets still to be resolved. */
export interface EvaluatedStep {
  readonly provider: string;
  /** The action's variables, and the step's own over them. */
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Of an `http` step, without its headers. */
  readonly request: JsonObject;
  readonly headers: Readonly<Record<string, EnvValue>>;
  /** Of an `action` step. */
  readonly parameters: JsonObject;
}

/**
 * What a step is with the values that it has now; `refused` is a sentence. Only what the action itself writes as
 * `{ secret: NAME }` names a secret: a value that looks like it, from a parameter or an output, is a text.
 */
export function evaluateStep(
  runbook: Runbook,
  values: RunValues,
  number: number,
): EvaluatedStep | { readonly refused: string } {
  const { action } = runbook;
  const { program, provider, env } = action.steps[number] as Step;
  const { headers = {}, ...request } = program.kind === "http" ? program.request : {};
  const known = variables(runbook, values, number);
  const problems: string[] = [];
  const room = roomForAll();
  const evaluate = (name: string, value: Json): Json => {
    const made = evaluateStructure(value, known, { room });
    if (made.ok) return made.value;
    problems.push(`${[name, ...made.path].join(".")} cannot be evaluated: ${made.problem}.`);
    return null;
  };
  const texts = (name: string, written: Readonly<Record<string, EnvValue>>): Record<string, EnvValue> =>
    Object.fromEntries(
      Object.entries(written).map(([key, value]) => [
        key,
        typeof value === "string" ? textOf(evaluate(`${name}.${key}`, value)) : value,
      ]),
    );
  const evaluated = {
    provider: evaluate("provider", provider),
    env: texts("env", { ...action.env, ...env }),
    request: evaluate("http", request) as JsonObject,
    headers: texts("http.headers", headers as Readonly<Record<string, EnvValue>>),
    parameters: evaluate("parameters", program.kind === "action" ? program.parameters : {}) as JsonObject,
  };
  for (const [key, value] of Object.entries(evaluated.env))
    if (typeof value === "string" && value.includes("\0"))
      problems.push(`The variable ${key} holds a NUL byte, which no variable can.`);
  if (typeof evaluated.provider !== "string") problems.push("Its provider is not the name of one.");
  if (problems.length > 0) return { refused: problems.join(" ") };
  return { ...evaluated, provider: evaluated.provider as string };
}

/** A variable is a text: a number or a list is written as JSON, and nothing as an empty text. */
const textOf = (value: Json): string =>
  typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
