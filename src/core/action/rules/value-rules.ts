import { RE2JS } from "re2js";
import type { Path, Problem } from "../problem.ts";
import { stepId } from "../step-id.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

function* reservedVariablesAreNotSet(action: WrittenAction): Iterable<Problem> {
  const all = [
    ["env", action.env],
    ...(action.steps ?? []).map((step, index) => [`steps.${index}.env`, step.env]),
  ] as const;
  for (const [place, env] of all)
    for (const key of Object.keys(env ?? {}))
      if (/^(ORIGIN_CLUSTER_|ROTA_)/.test(key))
        yield {
          code: "ENV_KEY_RESERVED",
          path: [
            ...String(place)
              .split(".")
              .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
            key,
          ],
          key: true,
          message: `${key} is set by the server and cannot be declared`,
          hint: "choose another name",
        };
}

function* stepIdsAreUnique(action: WrittenAction): Iterable<Problem> {
  const seen = new Map<string, number>();
  for (const [index, step] of (action.steps ?? []).entries()) {
    const id = step.id ?? stepId(step.name, index);
    const first = seen.get(id);
    if (first !== undefined)
      yield {
        code: "STEP_ID_TWICE",
        path: ["steps", index, step.id === undefined ? "name" : "id"],
        message: `the step id "${id}" is that of step ${first + 1} already`,
        hint: "give one of them another id",
      };
    else seen.set(id, index);
  }
}

function* stepFieldsFitTheProgram(action: WrittenAction): Iterable<Problem> {
  for (const [index, step] of (action.steps ?? []).entries()) {
    if (step.parameters !== undefined && step.action === undefined)
      yield {
        code: "STEP_FORM",
        path: ["steps", index, "parameters"],
        key: true,
        message: '"parameters" is for a step with "action"',
        hint: "use env",
      };
    if (step.provider !== undefined && step.action !== undefined)
      yield {
        code: "STEP_FORM",
        path: ["steps", index, "provider"],
        key: true,
        message: "a step that starts an action has no provider",
      };
  }
}

function* parameterPatternsCompile(action: WrittenAction): Iterable<Problem> {
  for (const [name, schema] of Object.entries(action.parameters ?? {}))
    yield* patterns(schema, ["parameters", name]);
}

/** Schemas nest by lists and by names; a pattern at any depth must be a regular expression. */
function* patterns(schema: unknown, path: Path): Iterable<Problem> {
  if (schema === null || typeof schema !== "object") return;
  for (const [key, value] of Object.entries(schema)) {
    const below = [...path, Array.isArray(schema) ? Number(key) : key];
    if (["default", "examples", "enum", "const"].includes(key)) continue;
    if (key === "pattern" && typeof value === "string") yield* pattern(value, below);
    else yield* patterns(value, below);
  }
}

/** As runs match them: in time linear in the value, which needs patterns without look-around and back-references. */
function* pattern(text: string, path: Path): Iterable<Problem> {
  try {
    RE2JS.compile(text);
  } catch (error) {
    yield {
      code: "PATTERN_INVALID",
      path,
      message: `this pattern cannot be used: ${(error as Error).message.replace(/^error parsing regexp: /, "")}`,
      hint: "patterns are those of RE2: no look-around, no back-references",
    };
  }
}

export const valueRules: readonly Rule[] = [
  reservedVariablesAreNotSet,
  stepIdsAreUnique,
  stepFieldsFitTheProgram,
  parameterPatternsCompile,
];
