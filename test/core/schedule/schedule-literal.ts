import type { Schedule, Timing } from "../../../src/core/action/action.ts";
import type { Instant } from "../../../src/core/time.ts";

/** A schedule with its defaults, and what differs. */
export const schedule = (timing: Timing, other: Partial<Schedule> = {}): Schedule => ({
  timing,
  timezone: "UTC",
  catchUp: "none",
  startDeadline: undefined,
  parameters: {},
  ...other,
});

export const cron = (expression: string, timezone = "UTC", other: Partial<Schedule> = {}): Schedule =>
  schedule({ kind: "cron", expression }, { timezone, ...other });

/** An ISO 8601 text as an instant. */
export const at = (text: string): Instant => Date.parse(text) * 1000;

/** Instants as ISO 8601 texts without milliseconds, for comparing. */
export const iso = (instant: Instant | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant / 1000).toISOString().replace(".000Z", "Z");
