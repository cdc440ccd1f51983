import { closest } from "fastest-levenshtein";

/** A stretch of time with one offset. `start` (ms, -Infinity at the window's edge) is its first instant. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  /** Local time minus UTC in milliseconds. */
  readonly offset: number;
}

/** An IANA time zone's arithmetic. Instants are milliseconds UTC; walls are what a local clock shows, as if UTC. */
export interface Zone {
  readonly name: string;
  /** The stretches of constant offset from two days before `at` to two days after. */
  segments(at: number): readonly Segment[];
}

const day = 86_400_000;
/** No two changes of a zone lie closer than four days since 1900 (a test looks at all zones). */
const probeStep = day;
/** How far stretches are known around an instant, in milliseconds: more than any clock differs, skips or repeats. */
export const reach = 2 * day;
/** Days remembered for a zone before the memory is emptied. */
const remembered = 512;

/** undefined when the name is a zone of the IANA database, else a sentence with the nearest name. */
export function checkZone(name: string): string | undefined {
  if (name === "UTC") return undefined;
  if (/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) {
    try {
      new Intl.DateTimeFormat("en-US", { timeZone: name });
      return undefined;
    } catch {
      // The sentence below says it.
    }
  }
  const near = name.length <= 64 ? closest(name, Intl.supportedValuesOf("timeZone")) : "Europe/Zurich";
  return `"${name.slice(0, 64)}" is not a time zone of the IANA database; did you mean "${near}"?`;
}

/** Throws RangeError for a name that `checkZone` refuses. Making one costs 60 µs, so keep it. */
export function createZone(name: string): Zone {
  const wrong = checkZone(name);
  if (wrong !== undefined) throw new RangeError(wrong);
  const offsetAt = offsets(name);
  const days = new Map<number, readonly Segment[]>();
  return {
    name,
    segments(at) {
      const key = Math.floor(at / day);
      const known = days.get(key);
      if (known !== undefined) return known;
      if (days.size >= remembered) days.clear();
      const found = findSegments(offsetAt, key * day - reach, (key + 1) * day + reach);
      days.set(key, found);
      return found;
    },
  };
}

/** Offset in milliseconds at an instant, from the fields that Intl shows (1.3 µs a call). */
function offsets(name: string): (at: number) => number {
  if (name === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (at) => {
    const seconds = Math.floor(at / 1000) * 1000;
    const [month, date, year, hours, minutes, second] = format.format(seconds).match(/\d+/g)!.map(Number);
    return Date.UTC(year!, month! - 1, date, hours, minutes, second) - seconds;
  };
}

function findSegments(offsetAt: (at: number) => number, from: number, to: number): Segment[] {
  const starts: { start: number; offset: number }[] = [{ start: -Infinity, offset: offsetAt(from) }];
  for (let at = from; at < to; at += probeStep) {
    const offset = offsetAt(at + probeStep);
    if (offset !== starts.at(-1)!.offset)
      starts.push({ start: changeBetween(offsetAt, at, at + probeStep), offset });
  }
  return starts.map((segment, index) => ({ ...segment, end: starts[index + 1]?.start ?? Infinity }));
}

/** The first whole second in (from, to] with the offset of `to`. */
function changeBetween(offsetAt: (at: number) => number, from: number, to: number): number {
  const before = offsetAt(from);
  let [low, high] = [from / 1000, to / 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}

/** The first instant at which the zone's clock shows `wall` or, when it jumps over it, something later. */
export function firstShowing(zone: Zone, wall: number): number {
  for (const { start, end, offset } of zone.segments(wall)) {
    if (wall - offset < start) return start;
    if (wall - offset < end) return wall - offset;
  }
  throw new Error(`no instant shows ${wall} in ${zone.name}`);
}

/** The latest wall time that the zone's clock has shown up to and including `at`; a clock set back shows it again. */
export function latestShown(zone: Zone, at: number): number {
  let latest = -Infinity;
  for (const { start, end, offset } of zone.segments(at)) {
    if (start > at) break;
    latest = Math.max(latest, end > at ? at + offset : end + offset - 1);
  }
  return latest;
}
