import type { Schedule } from "../action/action.ts";
import type { Instant, Milliseconds } from "../time.ts";
import { type CompiledSchedule, compileSchedule } from "./compile-schedule.ts";

/** A tick not later than this is on time, whatever the catch-up: the resolution of schedules. */
const onTime: Milliseconds = 60_000;

/** How many of the latest ticks are looked at, and so started at most, after a long absence. */
const mostFires = 100;

/** What to do about the ticks that came since the last look. Oldest first. */
export interface DueFires {
  readonly start: readonly Instant[];
  /** Ticks that are not started any more; of a long absence the latest ones. */
  readonly missed: readonly Instant[];
  /** Whether older ticks than those listed were missed as well. */
  readonly moreMissed: boolean;
  /** The first tick after now; undefined: never again. */
  readonly next: Instant | undefined;
}

/**
 * Which ticks in (lastDealtWith, now] to start, by the schedule's catch-up and deadline:
 * `none` starts what is on time; `last` also the latest one, however late; `all` every one, up to the latest 100.
 * None that is later than `startDeadline` is started. `once` has one tick, the instant after `lastDealtWith` (its
 * creation), and is started however late. A clock set back to before `lastDealtWith` brings no tick again.
 */
export function dueFires(
  schedule: Schedule,
  { lastDealtWith, now }: { readonly lastDealtWith: Instant; readonly now: Instant },
  compiled: CompiledSchedule = compileSchedule(schedule),
): DueFires {
  const once = schedule.timing.kind === "once";
  const ticks = once
    ? [lastDealtWith + 1].filter((tick) => tick <= now)
    : latestFires(compiled, lastDealtWith, now);
  const deadline = schedule.startDeadline ?? Number.POSITIVE_INFINITY;
  const isStarted = (tick: Instant, index: number): boolean => {
    const late = (now - tick) / 1000;
    if (late > deadline) return false;
    return (
      late <= onTime ||
      once ||
      schedule.catchUp === "all" ||
      (schedule.catchUp === "last" && index === ticks.length - 1)
    );
  };
  const oldest = ticks[0];
  const first = once ? oldest : compiled.next(lastDealtWith);
  return {
    start: ticks.filter(isStarted),
    missed: ticks.filter((tick, index) => !isStarted(tick, index)),
    moreMissed: oldest !== undefined && first !== undefined && first < oldest,
    next: compiled.next(Math.max(now, lastDealtWith)),
  };
}

/** The latest ticks in (from, to], at most `mostFires`; after a long absence found by halving, not by walking. */
function latestFires(compiled: CompiledSchedule, from: Instant, to: Instant): readonly Instant[] {
  let found = firesBetween(compiled, from, to);
  if (found.length <= mostFires) return found;
  let [tooMany, few] = [from, to];
  found = [];
  while (few - tooMany > onTime * 1000) {
    const middle = tooMany + Math.floor((few - tooMany) / 2);
    const later = firesBetween(compiled, middle, to);
    if (later.length > mostFires) tooMany = middle;
    else [few, found] = [middle, later];
  }
  return found;
}

/** The first ticks in (from, to], at most one more than `mostFires`. */
function firesBetween(compiled: CompiledSchedule, from: Instant, to: Instant): Instant[] {
  const found: Instant[] = [];
  for (
    let tick = compiled.next(from);
    tick !== undefined && tick <= to && found.length <= mostFires;
    tick = compiled.next(tick)
  )
    found.push(tick);
  return found;
}
