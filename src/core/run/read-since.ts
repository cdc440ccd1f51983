import { parseDuration } from "../action/units.ts";
import { after, fromMilliseconds, type Instant } from "../time.ts";

/** A date alone is its beginning in UTC; a time without a zone would be another instant on each machine. */
const written = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** The instant that "2h" (before `now`), "2026-08-01", "2026-08-01T12:00Z" or microseconds mean; undefined for others. */
export function readSince(text: string, now: Instant): Instant | undefined {
  if (/^\d{1,6}(ms|s|m|h|d)$/.test(text)) return Math.max(0, after(now, -parseDuration(text)));
  if (/^\d{14,16}$/.test(text)) return Number(text);
  const ms = written.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) || ms < 0 ? undefined : fromMilliseconds(ms);
}

/** What `readSince` takes, for those who wrote something else. */
export const sinceForms = "a time like 2h or 3d before now, a date like 2026-08-01, or 2026-08-01T12:00Z";
