import type { Concurrency } from "../action/action.ts";

export type Admission =
  /** Takes one of the action's slots. */
  | "admit"
  /** Needs none. */
  | "unlimited"
  | "skip"
  /** Stays queued until a slot is free. */
  | "queue"
  /** Like queue, and those before it are cancelled. */
  | "replace";

/**
 * What becomes of a run that is ready while `used` others of its action count towards its limit. Runs that
 * wait for their delay or an approval do not count; one that pauses between attempts does.
 * `allow` means that runs may overlap whatever the limit.
 */
export function admission(concurrency: Concurrency, used: number): Admission {
  if (concurrency.limit === undefined || concurrency.overlap === "allow") return "unlimited";
  return used < concurrency.limit ? "admit" : concurrency.overlap;
}

/** The reason that a skipped run shows. */
export const skippedReason = (concurrency: Concurrency): string =>
  `${concurrency.limit === 1 ? "Another run" : `${concurrency.limit} runs`} of this action had not ended yet (concurrency limit ${concurrency.limit}, overlap skip).`;
