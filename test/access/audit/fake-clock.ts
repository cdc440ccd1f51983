import { after, type Instant } from "../../../src/core/time.ts";

/** A clock that stands still until it is moved. */
export function fakeClock(from: Instant = 1_800_000_000_000_000) {
  let now = from;
  const alarms = new Set<{ at: Instant; ring: () => void }>();
  return {
    now: () => now,
    alarm(at: Instant, ring: () => void) {
      const alarm = { at, ring };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    /** How many alarms are set. */
    set: () => alarms.size,
    /** Moves on and rings those that are due; what they start is for the caller to await. */
    advance(ms: number) {
      now = after(now, ms);
      for (const alarm of [...alarms].filter(({ at }) => at <= now)) {
        alarms.delete(alarm);
        alarm.ring();
      }
    },
  };
}
