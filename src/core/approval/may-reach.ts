import type { Action } from "../action/action.ts";
import { defaults } from "../action/defaults.ts";

/**
 * Names of the providers that steps of these actions may reach; "any" where a name is made of values that only a run
 * knows. `local` is no provider that could change.
 */
export function mayReach(actions: readonly Action[]): ReadonlySet<string> | "any" | "none" {
  const names = actions
    .flatMap((action) => (action.type === "runbook" ? action.steps : []))
    .map(({ provider }) => provider)
    .filter((name) => name !== defaults.stepProvider);
  if (names.length === 0) return "none";
  return names.some((name) => name.includes("${{")) ? "any" : new Set(names);
}
