import type { JsonObject } from "../json.ts";
import type { Instant } from "../time.ts";
import type { Change } from "./change.ts";
import { isFinal, type Run, type RunState } from "./run.ts";

/** One transition of a run, as decided on what it is now. */
export function makeChange(
  run: Run,
  at: Instant,
  to: RunState,
  reason: string | undefined,
  event: object,
  patch: Change["patch"] = {},
): Change {
  const end = isFinal(to) ? { endedAt: at, cancelAsked: false } : {};
  // Through JSON, so that a member that is undefined is left out.
  const told = JSON.parse(JSON.stringify(event)) as JsonObject;
  return {
    run: run.id,
    at,
    from: run.state,
    to,
    reason,
    event: told,
    patch: { ...patch, ...end },
    cancelAsked: run.cancelAsked,
    approval: run.approval,
    steps: [],
  };
}
