import type { Schedule } from "../action/action.ts";
import { type Instant, type Milliseconds, toMilliseconds } from "../time.ts";
import { compileSchedule, cronOf } from "./compile-schedule.ts";
import { compileCron, type WallCron } from "./cron.ts";
import { createZone, type Segment, type Zone } from "./zone.ts";

/** A fire as the clock of the schedule's zone shows it. */
export interface Fire {
  readonly at: Instant;
  /** Local time minus UTC. */
  readonly offset: Milliseconds;
  /** The offset at the fire before (at the start, for the first), where it was another. */
  readonly offsetBefore: Milliseconds | undefined;
  readonly clocks: ClockRule | undefined;
}

/**
 * Which rule for the change of clocks made the fire what it is. `wall` is the local time that the schedule names,
 * in milliseconds as if it were UTC. gap: the clock jumps over it, so it fires at the gap's end. repeat: the clock
 * shows it twice; `fires`: the first time only (times of the day), or each time (intervals).
 */
export type ClockRule =
  | { readonly kind: "gap"; readonly wall: Milliseconds }
  | { readonly kind: "repeat"; readonly wall: Milliseconds; readonly fires: "first" | "each" };

/** The fires strictly after `from`, in order, told as the zone's clock shows them. Endless for most schedules. */
export function* upcomingFires(
  schedule: Schedule,
  from: Instant,
  zone: Zone = createZone(schedule.timezone),
): Generator<Fire, void, undefined> {
  const compiled = compileSchedule(schedule, zone);
  const cron = wallCron(schedule);
  let before = segmentAt(zone, toMilliseconds(from)).here.offset;
  for (let at = compiled.next(from); at !== undefined; at = compiled.next(at)) {
    const { offset } = segmentAt(zone, toMilliseconds(at)).here;
    const offsetBefore = offset === before ? undefined : before;
    yield { at, offset, offsetBefore, clocks: clockRule(cron, zone, toMilliseconds(at)) };
    before = offset;
  }
}

/** Its times of the clock, compiled only when clocks change near a fire: one takes 145 kB. */
function wallCron({ timing }: Schedule): () => WallCron | undefined {
  if (timing.kind !== "cron" && timing.kind !== "calendar") return () => undefined;
  let compiled: WallCron | undefined;
  return () => {
    compiled ??= compileCron(cronOf(timing));
    return compiled;
  };
}

function segmentAt(zone: Zone, at: number) {
  const segments = zone.segments(at);
  const index = segments.findIndex(({ end }) => at < end);
  const here = segments[index] as Segment;
  return { earlier: segments[index - 1], here, later: segments[index + 1] };
}

function clockRule(times: () => WallCron | undefined, zone: Zone, at: number): ClockRule | undefined {
  const { earlier, here, later } = segmentAt(zone, at);
  const cron = earlier === undefined && later === undefined ? undefined : times();
  if (cron === undefined) return undefined;
  const wall = at + here.offset;
  if (earlier !== undefined && at === here.start && !cron.everyHour) {
    const named = cron.next(at + earlier.offset - 1);
    if (named !== undefined && named < wall) return { kind: "gap", wall: named };
  }
  const comesAgain = later !== undefined && wall - later.offset >= later.start;
  const cameBefore = earlier !== undefined && wall < earlier.end + earlier.offset;
  if (comesAgain || (cameBefore && cron.everyHour))
    return { kind: "repeat", wall, fires: cron.everyHour ? "each" : "first" };
  return undefined;
}
