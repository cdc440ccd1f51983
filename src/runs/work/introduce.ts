import type { Run } from "../../core/run/run.ts";
import { type Instant, toMilliseconds } from "../../core/time.ts";
import type { Version } from "../ports/run-store.ts";
import type { LogWriter } from "./log-writer.ts";

/** A start within this of its tick is on time, ms. */
const onTime = 60_000;

/** Says in the log what a reader could otherwise only guess: a late tick, a further attempt. */
export function introduce(writer: LogWriter, run: Run, { action }: Version, now: Instant): void {
  if (run.trigger.kind === "schedule") {
    const late = toMilliseconds(run.createdAt) - toMilliseconds(run.trigger.fire);
    const tick = new Date(toMilliseconds(run.trigger.fire)).toISOString();
    if (late > onTime) writer.say(`The tick of ${tick}, started ${spanText(late)} late.`, now);
  }
  if (run.attempt > 1) writer.say(`Attempt ${run.attempt} of ${action.retries.limit + 1}.`, now);
}

/** As in "3 h 5 min". */
function spanText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
