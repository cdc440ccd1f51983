import { type Principal, requirePermission } from "../../access/index.ts";
import type { Action } from "../../core/action/action.ts";
import type { Parts } from "../parts.ts";

/**
 * Whoever makes or changes an action that starts others must be allowed to start those: whoever runs it needs rights on
 * the first alone. What follows others' runs is told of them, and takes the right to see those. An action that is not there yet is asked for by its name. @throws AccessError.
 */
export async function checkStarts(parts: Parts, principal: Principal, action: Action): Promise<void> {
  const { organization } = principal;
  for (const name of startedBy(action)) {
    const live = await parts.store.registry.findActionByName({ organization, name });
    requirePermission(principal, { type: "runs", id: live?.id, name, verb: "Post" });
  }
  // It is told of their runs, with reasons and parameters.
  for (const { run: name } of action.events) {
    const live = await parts.store.registry.findActionByName({ organization, name });
    requirePermission(principal, { type: "runs", id: live?.id, name, verb: "Get" });
  }
}

/** Names of the actions that steps start, and that notifications do. */
function startedBy(action: Action): ReadonlySet<string> {
  const steps = action.type === "runbook" ? action.steps : [];
  const named = [
    ...steps.flatMap(({ program }) => (program.kind === "action" ? [program.action] : [])),
    ...action.notify.flatMap(({ target }) => ("action" in target ? [target.action] : [])),
  ];
  return new Set(named);
}
