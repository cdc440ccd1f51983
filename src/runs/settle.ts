import type { Change } from "../core/run/change.ts";
import { decide } from "../core/run/decide.ts";
import { isRefusal, type Refusal } from "../core/run/refusal.ts";
import type { Run } from "../core/run/run.ts";
import type { RunEvent } from "../core/run/run-event.ts";
import type { Instant } from "../core/time.ts";
import type { Bell } from "./ports/around.ts";
import type { RunStore } from "./ports/run-store.ts";
import type { RunRef } from "./service.ts";

interface Parts {
  readonly store: Pick<RunStore, "get" | "record">;
  readonly bell: Bell;
}

/** How often a run may change between being read and being written. */
const mostTries = 10;

export type Settled =
  /** The event has happened; the run as it is now. */
  | { readonly kind: "recorded"; readonly run: Run }
  /** It does not apply to the run as it is: it has ended, or somebody else holds it. */
  | { readonly kind: "refused"; readonly run: Run; readonly message: string }
  | { readonly kind: "missing" };

/**
 * Lets an event happen to a run as it is in the store now, and tells whoever waits for that run. With a fence
 * only while that claim holds.
 */
export const settle = (
  parts: Parts,
  ref: RunRef,
  event: RunEvent,
  now: Instant,
  fence: number | undefined,
): Promise<Settled> => settleBy(parts, ref, async (run) => decide(run, event, now), fence);

/** The same for whatever `deciding` makes of the run as it is now; it is asked again when the run has changed meanwhile. */
export async function settleBy(
  { store, bell }: Parts,
  ref: RunRef,
  deciding: (run: Run) => Promise<Change | Refusal>,
  fence: number | undefined,
): Promise<Settled> {
  for (let tries = 0; ; tries += 1) {
    const run = await store.get(ref.organization, ref.run);
    if (run === undefined) return { kind: "missing" };
    const change = await deciding(run);
    if (isRefusal(change)) return { kind: "refused", run, message: change.message };
    if ((await store.record(change, fence)) === "recorded") {
      announce(bell, change);
      return { kind: "recorded", run: changedRun(run, change) };
    }
    if (tries === mostTries) return { kind: "refused", run, message: "Somebody else works on the run." };
  }
}

/**
 * Tells whoever waits for the run, and for a place: one that goes on running makes none. Nobody waits for a step: each
 * would have everyone who follows the run read it anew.
 */
export function announce(bell: Bell, change: Change): void {
  if (change.steps.length > 0 && change.to === change.from) return;
  bell.ring(`run:${change.run}`);
  if (change.to !== "running") bell.ring("runs");
}

/** The run after a change that was recorded. */
export const changedRun = (run: Run, change: Change): Run => ({
  ...run,
  ...change.patch,
  state: change.to,
  reason: change.reason,
});
