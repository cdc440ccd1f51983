import type { Milliseconds } from "../core/time.ts";

export interface FailureLimits {
  /** Failures at once before waiting begins. */
  readonly burst: number;
  /** One more is allowed after each. */
  readonly every: Milliseconds;
}

/** Keys kept at once; the longest unused goes first. */
const capacity = 20_000;

export interface FailedLogins {
  /** Counts an attempt as failed until it is forgiven: many at once cannot slip through. */
  begin(key: string, limits: FailureLimits): { readonly wait: Milliseconds; forgive(): void };
}

/**
 * Slows down guessing: a bucket of failures for each key that empties with time. Only failures count; a
 * login that succeeds is forgiven. `now` gives milliseconds.
 */
export function failedLogins(now: () => Milliseconds): FailedLogins {
  const buckets = new Map<string, { filled: number; at: Milliseconds }>();
  return {
    begin(key, { burst, every }) {
      const at = now();
      const before = buckets.get(key) ?? { filled: 0, at };
      const filled = Math.max(0, before.filled - Math.max(0, at - before.at) / every);
      const wait = filled + 1 > burst ? Math.ceil((filled + 1 - burst) * every) : 0;
      const bucket = { filled: wait > 0 ? filled : filled + 1, at };
      buckets.delete(key);
      buckets.set(key, bucket);
      const oldest = buckets.size > capacity ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
      return {
        wait,
        forgive() {
          const counted = buckets.get(key);
          if (wait > 0 || counted === undefined) return;
          counted.filled -= 1;
          if (counted.filled <= 0) buckets.delete(key);
        },
      };
    },
  };
}
