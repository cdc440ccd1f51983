/** A cron expression as sets, with the text that says the same. */
export interface Pattern {
  readonly text: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Whether a date matches: year, month (1-12), day of month, day of week (Sunday 0). */
  readonly day: (date: { year: number; month: number; day: number; weekday: number }) => boolean;
}

const minute = 60_000;

/**
 * Fire times in (from, to], ms, found the slow and obvious way: look at a clock in the zone every minute.
 * A pattern of all hours fires whenever the clock shows it. Any other fires when the clock shows a matching time
 * for the first time, and when it has jumped over one.
 */
export function observe(pattern: Pattern, zone: string, from: number, to: number): number[] {
  const clock = localClock(zone);
  const interval = pattern.hours.length === 24;
  const fires: number[] = [];
  // Two days earlier, so that what was shown before `from` is known; no clock was ever set back further.
  let latest = clock(from - 2 * 24 * 60 * minute);
  for (let at = from - 2 * 24 * 60 * minute + minute; at <= to; at += minute) {
    const shown = clock(at);
    let fire = false;
    if (interval) fire = matches(pattern, shown);
    else for (let wall = latest + minute; wall <= shown; wall += minute) fire ||= matches(pattern, wall);
    latest = Math.max(latest, shown);
    if (fire && at > from) fires.push(at);
  }
  return fires;
}

/** What a clock on the wall shows, as if its time were UTC. */
export function localClock(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return (at) => {
    const [day, month, year, hour, minutes] = format.format(at).split(/\D+/).map(Number);
    return Date.UTC(year!, month! - 1, day, hour, minutes);
  };
}

function matches(pattern: Pattern, wall: number): boolean {
  const date = new Date(wall);
  return (
    pattern.minutes.includes(date.getUTCMinutes()) &&
    pattern.hours.includes(date.getUTCHours()) &&
    pattern.day({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: date.getUTCDay(),
    })
  );
}

/** Instants (ms) in a year at which the zone's offset changes, to the minute. */
export function changes(zone: string, year: number): number[] {
  const clock = localClock(zone);
  const offset = (at: number): number => clock(at) - at;
  const found: number[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 60 * minute) {
    if (offset(at) === offset(at + 60 * minute)) continue;
    let change = at;
    while (offset(change) === offset(at)) change += minute;
    found.push(change);
  }
  return found;
}
