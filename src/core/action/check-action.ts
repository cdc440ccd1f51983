import type { Action, ActionType } from "./action.ts";
import type { Issue } from "./issue.ts";
import { normalize } from "./normalize.ts";
import type { Rule } from "./rules/rule.ts";
import type { Locator } from "./source/locate.ts";
import { schemaProblems } from "./written/schema-problems.ts";
import { validateAction } from "./written/validate.generated.js";
import type { WrittenAction } from "./written/written.generated.ts";

/** An action, or what is wrong with it; warnings may stand beside an action. */
export interface Checked {
  readonly action: Action | undefined;
  /** The type that is written, also where the rest is not valid. */
  readonly type: ActionType | undefined;
  readonly issues: readonly Issue[];
}

/** Takes a plain value through schema, rules and `normalize`. `name`: the folder's, used where none is written. */
export function checkAction(value: unknown, name: string, locator: Locator, rules: readonly Rule[]): Checked {
  const structure = schemaProblems(validateAction, value);
  const type = typeOf(value);
  // A key too many says nothing about the others: the rules can still be asked.
  const sound = (validateAction.errors ?? []).every(({ keyword }) => keyword === "additionalProperties");
  if (!sound) return { action: undefined, type, issues: structure.map((problem) => locator.issue(problem)) };
  const written = value as WrittenAction;
  const problems = [...structure, ...rules.flatMap((rule) => [...rule(written)])];
  // The folder's name takes the place of one that is not written, and is held to the same form.
  if (written.name === undefined && structure.length === 0)
    problems.push(
      ...schemaProblems(validateAction, { ...written, name }).map((problem) => ({ ...problem, path: [] })),
    );
  const issues = problems.map((problem) => locator.issue(problem));
  const failed = issues.some(({ severity }) => severity === "error");
  return { action: failed ? undefined : normalize(written, name), type, issues };
}

function typeOf(value: unknown): ActionType | undefined {
  const type: unknown =
    value !== null && typeof value === "object" && "type" in value ? value.type : undefined;
  return type === "scheduled" || type === "realtime" || type === "runbook" ? type : undefined;
}
