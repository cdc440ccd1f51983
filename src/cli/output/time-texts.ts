import { type Instant, toMilliseconds } from "../../core/time.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** "3 min ago", "in 2 h", "now": the largest unit alone, for a glance. `now` in milliseconds. */
export function relativeTime(at: Instant, now: number): string {
  const difference = toMilliseconds(at) - now;
  const size = Math.abs(difference);
  if (size < second) return "now";
  const text =
    size < minute
      ? `${Math.floor(size / second)} s`
      : size < hour
        ? `${Math.floor(size / minute)} min`
        : size < 2 * day
          ? `${Math.floor(size / hour)} h`
          : `${Math.floor(size / day)} days`;
  return difference < 0 ? `${text} ago` : `in ${text}`;
}

/** "2026-08-01 03:04:05Z": exact to the second, always UTC, so that two people read the same. */
export const exactTime = (at: Instant): string =>
  `${new Date(toMilliseconds(at)).toISOString().slice(0, 19).replace("T", " ")}Z`;

/** "03:04:05.678", UTC: the time of a log line. */
export const clockTime = (at: Instant): string => new Date(toMilliseconds(at)).toISOString().slice(11, 23);

/** "1.2 s", "3 min 4 s", "2 h 5 min" for a span in milliseconds. */
export function spanText(milliseconds: number): string {
  if (milliseconds < second) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < minute) return `${(milliseconds / second).toFixed(1)} s`;
  if (milliseconds < hour)
    return `${Math.floor(milliseconds / minute)} min ${Math.floor((milliseconds % minute) / second)} s`;
  return `${Math.floor(milliseconds / hour)} h ${Math.floor((milliseconds % hour) / minute)} min`;
}

/** "512 B", "1.5 MiB". */
export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
}
