import { fromMilliseconds, type Instant } from "../time.ts";

/** As the manifest's `at`; the schema says the same. */
const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant that a text such as 2027-03-01T07:00:00Z or 2027-03-01T09:00:00+02:00 names; undefined for other
 * forms and for dates that do not exist.
 */
export function readInstant(text: string): Instant | undefined {
  const at = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  // `Date` moves February 30 to March 1: what was written must come back.
  const day = text.slice(0, 10);
  const isDay = new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day;
  return isDay ? fromMilliseconds(at) : undefined;
}
