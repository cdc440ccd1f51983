// What happens when clocks change. One rule for times of the day, one for intervals:
//
// - A schedule that names hours (`30 2 * * *`, every calendar form) fires once for each time it names, at the
//   first instant at which the zone's clock shows that time or a later one. So a time that the clock jumps over
//   fires at the end of the gap (once, even if several of its times lie in the gap), and a time that the clock
//   shows twice fires the first time only. This is what a nightly job wants: once every night.
// - A cron expression that names all 24 hours (`*/15 * * * *`, `0 * * * *`) is an interval. It fires whenever the
//   clock shows one of its minutes: nothing is added for a gap, and in a repeated hour it goes on firing.
//
// Vixie cron does the same and tells the two apart by a leading `*`; then `0 */2 * * *` counts as an interval and
// fires three times in the four hours around a repeated 02:00. Naming every hour is the sharper test.

import type { Schedule, Timing } from "../action/action.ts";
import { fromMilliseconds, type Instant, toMilliseconds } from "../time.ts";
import { compileCron, type WallCron } from "./cron.ts";
import { createZone, firstShowing, latestShown, reach, type Zone } from "./zone.ts";

/** A schedule made ready to be asked. */
export interface CompiledSchedule {
  /** The first fire time strictly after `after`; undefined: never again. `once` has none: creating it starts it. */
  next(after: Instant): Instant | undefined;
}

/** Throws RangeError for a zone or an expression that checkZone or parseCron refuses. */
export function compileSchedule(
  schedule: Schedule,
  zone: Zone = createZone(schedule.timezone),
): CompiledSchedule {
  const { timing } = schedule;
  if (timing.kind === "once") return { next: () => undefined };
  if (timing.kind === "at") return { next: (after) => (timing.at > after ? timing.at : undefined) };
  const cron = compileCron(cronOf(timing));
  const next = cron.everyHour ? nextShown : nextReached;
  return {
    next(after) {
      const found = next(cron, zone, toMilliseconds(after));
      return found === undefined ? undefined : fromMilliseconds(found);
    },
  };
}

/** The first fire time strictly after `after`; see `compileSchedule`, which is cheaper for many. */
export const nextFire = (schedule: Schedule, after: Instant): Instant | undefined =>
  compileSchedule(schedule).next(after);

/** The cron expression of a repeating timing, in its schedule's zone. */
export function cronOf(timing: Extract<Timing, { kind: "cron" | "calendar" }>): string {
  if (timing.kind === "cron") return timing.expression;
  const [hour, minute] = timing.time.split(":").map(Number);
  const dayOfMonth = timing.dayOfMonth === "last" ? "L" : (timing.dayOfMonth ?? 1);
  if (timing.frequency === "monthly") return `${minute} ${hour} ${dayOfMonth} * *`;
  return `${minute} ${hour} * * ${timing.frequency === "weekly" ? timing.days.join(",") : "*"}`;
}

/** For times of the day: each is reached once. */
function nextReached(cron: WallCron, zone: Zone, after: number): number | undefined {
  const wall = cron.next(latestShown(zone, after));
  return wall === undefined ? undefined : firstShowing(zone, wall);
}

/** For intervals: whenever the clock shows it. */
function nextShown(cron: WallCron, zone: Zone, after: number): number | undefined {
  for (const { start, end, offset } of zone.segments(after)) {
    if (end <= after) continue;
    const wall = cron.next(Math.max(after, start - 1) + offset);
    if (wall === undefined) return undefined;
    const fire = wall - offset;
    if (fire >= end) continue;
    // Farther than these stretches reach, the offset may have changed: look again from just before.
    return fire <= after + reach ? fire : nextShown(cron, zone, firstShowing(zone, wall) - 1);
  }
  return undefined;
}
