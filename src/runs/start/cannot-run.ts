import type { Action } from "../../core/action/action.ts";

/*
 * What a manifest may say and this server does not carry out yet. It is refused in a sentence when a run is to
 * start: leaving it out silently would run something else than what was declared.
 */
type Reason = (action: Action) => string | undefined;

const approval: Reason = ({ approval }) =>
  approval?.required
    ? "The action requires approval, and this server cannot ask for one yet. Nothing was started."
    : undefined;

const reasons: readonly Reason[] = [approval];

/** Why the action cannot be run by this server, as a sentence; undefined: it can. */
export function cannotRun(action: Action): string | undefined {
  for (const reason of reasons) {
    const told = reason(action);
    if (told !== undefined) return told;
  }
  return undefined;
}
