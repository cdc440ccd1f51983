import type { Instant } from "../time.ts";

/** What is left of a limit per minute: as much as the limit at first, refilled evenly. */
export interface TokenBucket {
  readonly tokens: number;
  readonly at: Instant;
}

const minute = 60_000_000;

/** The bucket after one more was let through at `now`; undefined: the limit is used up. */
export function takeToken(
  bucket: TokenBucket | undefined,
  perMinute: number,
  now: Instant,
): TokenBucket | undefined {
  // A clock that was set back refills nothing, and takes nothing away.
  const passed = Math.max(0, now - (bucket?.at ?? now));
  const tokens = Math.min(perMinute, (bucket?.tokens ?? perMinute) + (passed * perMinute) / minute);
  return tokens < 1 ? undefined : { tokens: tokens - 1, at: now };
}
