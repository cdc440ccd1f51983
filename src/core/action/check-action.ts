import type { Action } from "./action.ts";
import type { Issue } from "./issue.ts";
import { normalize } from "./normalize.ts";
import { rules } from "./rules/rules.ts";
import type { Locator } from "./source/locate.ts";
import { schemaProblems } from "./written/schema-problems.ts";
import { validateAction } from "./written/validate.generated.js";
import type { WrittenAction } from "./written/written.generated.ts";

/** An action, or what is wrong with it; warnings may stand beside an action. */
export interface Checked {
  readonly action: Action | undefined;
  readonly issues: readonly Issue[];
}

/** Takes a plain value through schema, rules and `normalize`. `name`: the folder's, used where none is written. */
export function checkAction(value: unknown, name: string, locator: Locator): Checked {
  const structure = schemaProblems(validateAction, value);
  if (structure.length > 0)
    return { action: undefined, issues: structure.map((problem) => locator.issue(problem)) };
  const written = value as WrittenAction;
  const named = { action: written, name: written.name ?? name };
  const problems = rules.flatMap((rule) => [...rule(named)]);
  // The folder's name takes the place of one that is not written, and is held to the same form.
  if (written.name === undefined)
    problems.push(
      ...schemaProblems(validateAction, { ...written, name }).map((problem) => ({ ...problem, path: [] })),
    );
  const issues = problems.map((problem) => locator.issue(problem));
  const failed = issues.some(({ severity }) => severity === "error");
  return { action: failed ? undefined : normalize(written, name), issues };
}
