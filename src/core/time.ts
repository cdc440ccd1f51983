/** A point in time: integer microseconds since 1970-01-01T00:00:00Z, as on OpenObserve's wire. */
export type Instant = number;

/** A span of time in whole milliseconds. */
export type Milliseconds = number;

/** The instant `ms` (milliseconds since the epoch, as `Date.now()` gives them). */
export const fromMilliseconds = (ms: number): Instant => Math.round(ms * 1000);

/** Milliseconds since the epoch, rounded down, for `Date` and timers. */
export const toMilliseconds = (instant: Instant): number => Math.floor(instant / 1000);

/** The instant `span` after `instant`. */
export const after = (instant: Instant, span: Milliseconds): Instant => instant + span * 1000;
