import type { Action } from "../../core/action/action.ts";
import type { Problem } from "../../core/action/problem.ts";

/** Shorter texts hold no token that could be told from a word. */
const shortestToken = 12;

/**
 * Secrets in plain text among an action's variables, by what their value looks like (secretlint's recommended
 * rules). The rules are loaded only when some value could be one.
 */
export async function findSecrets(action: Action): Promise<readonly Problem[]> {
  const literals = [
    ...literalsOf(action.env, ["env"]),
    ...(action.type === "runbook"
      ? action.steps.flatMap((step, index) => literalsOf(step.env, ["steps", index, "env"]))
      : []),
  ].filter(
    ({ value }) => value.length >= shortestToken && /[A-Za-z0-9+/_-]{12}/.test(value) && /\d|:/.test(value),
  );
  if (literals.length === 0) return [];
  const [{ lintSource }, { creator }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const found = await Promise.all(
    literals.map(async ({ path, value }): Promise<Problem[]> => {
      const { messages } = await lintSource({
        source: { filePath: "env.txt", content: value, ext: ".txt", contentType: "text" },
        options: {
          config: { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] },
          maskSecrets: true,
          noPhysicFilePath: true,
        },
      });
      if (messages.length === 0) return [];
      const key = String(path.at(-1));
      return [
        {
          code: "PLAIN_SECRET",
          path,
          message: `the value of ${key} is a secret in plain text (${messages[0]?.messageId ?? messages[0]?.ruleId})`,
          hint: `${key}: { secret: ${key.toLowerCase()} }, and change the value: it is in git's history`,
        },
      ];
    }),
  );
  return found.flat();
}

const literalsOf = (env: Action["env"], path: readonly (string | number)[]) =>
  Object.entries(env).flatMap(([key, value]) =>
    typeof value === "string" ? [{ path: [...path, key], value }] : [],
  );
