import type { EnvValue, Step } from "../../core/action/action.ts";
import { defaults } from "../../core/action/defaults.ts";
import { providerTarget } from "../../core/action/provider-target.ts";
import { evaluateCondition, parseExpression } from "../../core/expression/expression.ts";
import { references } from "../../core/expression/references.ts";
import { evaluateStructure } from "../../core/expression/template.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Runbook } from "../../core/runbook/step-run.ts";
import { type RunValues, variables } from "../../core/runbook/variables.ts";
import { type PlaceParts, resolvePlace } from "../runbook/resolve-place.ts";

/** What is looked up, and never used. */
export type DryParts = PlaceParts;

/** What one step would do. A value that only the run knows is left as the template that it is. */
export interface DryStep {
  readonly id: string;
  readonly name: string;
  readonly would: "run" | "skip" | "depends";
  /** Why, where it does not simply run. */
  readonly why: string | undefined;
  /** undefined: an action, which has places of its own. */
  readonly provider: DryProvider | undefined;
  readonly program: JsonObject;
  readonly env: JsonObject;
  readonly step: Step;
  /** What would stop it: a provider or a secret that is not there. */
  readonly problems: readonly string[];
}
export interface DryProvider {
  readonly name: string;
  /** `ops@web-1:22 through bastion`; undefined: it is not known, or not there. */
  readonly target: string | undefined;
  readonly digest: string | undefined;
}

/** `shown`: values as they may be seen; `real`: those that conditions are about; `hide` takes them out of a text. */
export interface DryValues {
  readonly shown: RunValues;
  readonly real: RunValues;
  hide(text: string): string;
}

/** What a step would do with these values. */
export async function dryStep(
  parts: DryParts,
  organization: string,
  runbook: Runbook,
  { shown, real, hide }: DryValues,
  number: number,
): Promise<DryStep> {
  const step = runbook.action.steps[number] as Step;
  const known = variables(runbook, shown, number);
  const evaluate = (value: Json): Json => evaluated(value, known);
  const env = { ...runbook.action.env, ...step.env };
  const program = evaluate(programOf(step)) as JsonObject;
  const secrets = secretsOf(env, step);
  const missing = secrets.length === 0 ? [] : (await parts.secrets.values(organization, secrets)).missing;
  const place =
    step.program.kind === "action"
      ? undefined
      : await placeOf(parts, organization, String(evaluate(step.provider)));
  return {
    id: step.id,
    name: step.name,
    ...verdict(step, variables(runbook, real, number), hide),
    provider: place?.provider,
    program,
    env: Object.fromEntries(
      Object.entries(env).map(([key, value]) => [
        key,
        typeof value === "string" ? evaluate(value) : { ...value },
      ]),
    ),
    step,
    problems: [
      ...(place?.problem === undefined ? [] : [place.problem]),
      ...missing.map((name) => `The secret "${name}" has no value: rota secrets set ${name}`),
    ],
  };
}

/** Every text with its templates evaluated, one by one: what depends on earlier steps stays a template. */
function evaluated(value: Json, known: JsonObject): Json {
  if (typeof value === "string") {
    const made = evaluateStructure(value, known);
    return made.ok ? made.value : value;
  }
  if (Array.isArray(value)) return value.map((item) => evaluated(item as Json, known));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, evaluated(item as Json, known)]),
  );
}

function programOf({ program }: Step): JsonObject {
  switch (program.kind) {
    case "run":
      return { run: program.command };
    case "python":
      return { python: program.file };
    case "http":
      return { http: program.request };
    case "action":
      return { action: program.action, parameters: program.parameters };
  }
}

const secretsOf = (env: Readonly<Record<string, EnvValue>>, { program }: Step): readonly string[] => {
  const headers =
    program.kind === "http" ? ((program.request.headers ?? {}) as Record<string, EnvValue>) : {};
  const used = program.kind === "http" ? headers : program.kind === "action" ? {} : env;
  return [
    ...new Set(Object.values(used).flatMap((value) => (typeof value === "string" ? [] : [value.secret]))),
  ];
};

function verdict(
  { if: condition }: Step,
  known: JsonObject,
  hide: DryValues["hide"],
): Pick<DryStep, "would" | "why"> {
  if (condition === "always" || condition === "previous_success") return { would: "run", why: undefined };
  if (condition === "previous_failure") return { would: "skip", why: "It runs only after a failure." };
  const parsed = parseExpression(condition, { condition: true });
  if (!parsed.ok) return { would: "depends", why: `Its condition cannot be read: ${parsed.problem}.` };
  if (references(parsed.expression).some(({ name }) => name === "steps"))
    return { would: "depends", why: `On what steps before it give: ${condition.trim()}` };
  const met = evaluateCondition(parsed.expression, known);
  // What cannot be evaluated may quote a value.
  if (!met.ok)
    return { would: "depends", why: `Its condition cannot be evaluated yet: ${hide(met.problem)}.` };
  return met.value
    ? { would: "run", why: undefined }
    : { would: "skip", why: `Its condition is not met: ${condition.trim()}` };
}

async function placeOf(
  parts: DryParts,
  organization: string,
  name: string,
): Promise<{ readonly provider: DryProvider; readonly problem?: string }> {
  const plain = (target: string | undefined) => ({ name, target, digest: undefined });
  if (name === defaults.stepProvider) return { provider: plain("the sandbox of the server") };
  if (name.includes("${{")) return { provider: plain(undefined) };
  const found = await parts.providers.find(organization, name);
  if (found === undefined && name === defaults.httpProvider) return { provider: plain("the server itself") };
  const provider =
    found === undefined
      ? plain(undefined)
      : { name, target: providerTarget(found.provider), digest: found.digest };
  // As far as a run goes before it connects: the machines on the way, and the secrets of all.
  const place = await resolvePlace(parts, organization, name);
  return "refused" in place ? { provider, problem: place.refused } : { provider };
}
