import type { Action } from "./action.ts";
import { checkAction } from "./check-action.ts";
import type { Issue } from "./issue.ts";
import { rules } from "./rules/rules.ts";
import { jsonLocator } from "./source/locate.ts";

/**
 * An action that came as JSON, canonical or not: through the same schema, rules and `normalize` as a file.
 * `name`: used where the value has none.
 */
export function readAction(
  value: unknown,
  name: string,
):
  | { readonly ok: true; readonly action: Action }
  | { readonly ok: false; readonly issues: readonly Issue[] } {
  const { action, issues } = checkAction(value, name, jsonLocator("action"), rules);
  return action === undefined ? { ok: false, issues } : { ok: true, action };
}
