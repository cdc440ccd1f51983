import type { Problem } from "../problem.ts";
import { stepId } from "../step-id.ts";
import { parseDuration } from "../units.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

const longestTimeout = "7d";

export function* reservedVariablesAreNotSet(action: WrittenAction): Iterable<Problem> {
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

/** A name that says "secret" with a literal beside it. What a value gives away is found where files are read. */
export function* secretsAreNamed(action: WrittenAction): Iterable<Problem> {
  for (const [key, value] of Object.entries(action.env ?? {})) {
    if (typeof value !== "string" || value.length < 6 || value.includes("${{")) continue;
    if (!/(^|_)(PASSWORD|PASSWD|TOKEN|SECRET|APIKEY|API_KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS?)$/.test(key))
      continue;
    yield {
      code: "PLAIN_SECRET",
      path: ["env", key],
      message: `${key} looks like a secret and stands here in plain text`,
      hint: `${key}: { secret: ${key.toLowerCase()} }, and change the value: it is in git's history`,
    };
  }
}

export function* stepIdsAreUnique(action: WrittenAction): Iterable<Problem> {
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

export function* stepFieldsFitTheProgram(action: WrittenAction): Iterable<Problem> {
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

export function* timeoutsAreBounded(action: WrittenAction): Iterable<Problem> {
  const all = [
    [["timeout"], action.timeout],
    ...(action.steps ?? []).map((step, index) => [["steps", index, "timeout"], step.timeout]),
  ] as [(string | number)[], string | undefined][];
  for (const [path, timeout] of all) {
    const span = timeout === undefined ? 1 : parseDuration(timeout);
    if (span === 0 || span > parseDuration(longestTimeout))
      yield {
        code: "TIMEOUT_OUT_OF_BOUNDS",
        path,
        message: `a timeout is longer than 0s and at most ${longestTimeout}`,
      };
  }
}

export function* parameterPatternsCompile(action: WrittenAction): Iterable<Problem> {
  for (const [name, schema] of Object.entries(action.parameters ?? {})) {
    if (schema.pattern === undefined) continue;
    try {
      new RegExp(schema.pattern, "u");
    } catch (error) {
      const reason = (error as Error).message.split(": ").at(-1);
      yield {
        code: "PATTERN_INVALID",
        path: ["parameters", name, "pattern"],
        message: `this pattern is no regular expression: ${reason}`,
      };
    }
  }
}

export const valueRules: readonly Rule[] = [
  reservedVariablesAreNotSet,
  secretsAreNamed,
  stepIdsAreUnique,
  stepFieldsFitTheProgram,
  timeoutsAreBounded,
  parameterPatternsCompile,
];
