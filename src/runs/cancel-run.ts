import type { Run } from "../core/run/run.ts";
import { isFinal } from "../core/run/run.ts";
import type { Instant } from "../core/time.ts";
import type { Bell } from "./ports/around.ts";
import type { RunStore } from "./ports/run-store.ts";
import { RunRefused } from "./run-refused.ts";
import type { Asker, RunRef } from "./service.ts";
import { settle } from "./settle.ts";

/**
 * Ends a run that has not started, and asks one that runs to stop.
 * @throws RunRefused `RUN_MISSING`, `RUN_ENDED`
 */
export async function cancelRun(
  parts: { readonly store: RunStore; readonly bell: Bell },
  ask: RunRef & Asker,
  now: Instant,
): Promise<Run> {
  const settled = await settle(
    parts,
    ask,
    { kind: "cancel", by: ask.actor, address: ask.address },
    now,
    undefined,
  );
  if (settled.kind === "missing") throw new RunRefused("RUN_MISSING", "There is no such run.");
  if (isFinal(settled.run.state) && settled.kind === "refused")
    throw new RunRefused("RUN_ENDED", settled.message);
  parts.bell.ring("cancels");
  return settled.run;
}
