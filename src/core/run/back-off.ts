import type { Retries } from "../action/action.ts";
import type { Milliseconds } from "../time.ts";

/** For what is not tried again, whatever its action says. */
export const noRetries: Retries = { limit: 0, delay: 0, backoff: "constant" };

/** A doubling delay stops growing here; a longer constant one is kept as written. */
const longest: Milliseconds = 24 * 60 * 60 * 1000;

/** The pause after attempt number `attempt` (from 1); undefined when no attempt is left. */
export function backOff(retries: Retries, attempt: number): Milliseconds | undefined {
  if (attempt > retries.limit) return undefined;
  if (retries.backoff === "constant") return retries.delay;
  return Math.max(retries.delay, Math.min(longest, retries.delay * 2 ** (attempt - 1)));
}
