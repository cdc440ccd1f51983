import type { Action } from "../../core/action/action.ts";

/**
 * Why the action cannot be run by this server, as a sentence; undefined: it can. What a manifest may say and this
 * server does not carry out yet is refused when a run is to start: leaving it out silently would run something else
 * than what was declared.
 */
export const cannotRun = ({ approval }: Action): string | undefined =>
  approval?.required
    ? "The action requires approval, and this server cannot ask for one yet. Nothing was started."
    : undefined;
