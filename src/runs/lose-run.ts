import type { Action, RunbookAction } from "../core/action/action.ts";
import { noRetries } from "../core/run/back-off.ts";
import type { Change } from "../core/run/change.ts";
import { decide } from "../core/run/decide.ts";
import { isRefusal, type Refusal } from "../core/run/refusal.ts";
import type { Run } from "../core/run/run.ts";
import { withSteps } from "../core/runbook/decide-step.ts";
import { loseSteps } from "../core/runbook/lose-steps.ts";
import { progressOf } from "../core/runbook/progress.ts";
import { allSteps } from "../core/runbook/step-run.ts";
import type { Instant } from "../core/time.ts";
import type { Bell, Clock } from "./ports/around.ts";
import type { RunStore } from "./ports/run-store.ts";
import { type Settled, settle, settleBy } from "./settle.ts";

interface Parts {
  readonly store: Pick<RunStore, "get" | "record" | "steps">;
  readonly bell: Bell;
  readonly clock: Clock;
}

/** Whoever held the run is gone, for `reason`: it is tried again or goes on where it was, or ends as interrupted. */
export function loseRun(
  parts: Parts,
  { organization, id }: Run,
  action: Action,
  reason: string,
  fence: number | undefined,
): Promise<Settled> {
  const ref = { organization, run: id };
  const now = parts.clock.now();
  if (action.type !== "runbook")
    return settle(parts, ref, { kind: "lost", reason, retries: action.retries }, now, fence);
  return settleBy(parts, ref, (run) => loseRunbook(parts.store, run, action, reason, now), fence);
}

async function loseRunbook(
  store: Pick<RunStore, "steps">,
  run: Run,
  action: RunbookAction,
  reason: string,
  now: Instant,
): Promise<Change | Refusal> {
  const runbook = { action, run, steps: allSteps(action, run, await store.steps(run.id)) };
  const { dueAt, steps } = loseSteps(runbook, reason, now);
  const change =
    dueAt === undefined
      ? decide(run, { kind: "lost", reason, retries: noRetries }, now)
      : decide(run, { kind: "resumed", reason, at: dueAt }, now);
  if (isRefusal(change)) return change;
  const progress = progressOf(withSteps(runbook, steps));
  return { ...change, steps, patch: { ...change.patch, progress } };
}
