import type { Milliseconds } from "../../core/time.ts";
import { TargetError } from "../targets/target-error.ts";
import type { Runtime } from "./runtime.ts";

const attempts = 6;
const base: Milliseconds = 250;
const cap: Milliseconds = 10_000;
/** Of one run, over all its operations: a server that is down is given up, not waited for by each item. */
const defaultBudget: Milliseconds = 90_000;

export interface RetryPolicy {
  /**
   * Decides about a failure and waits: true when the work may be tried again. Full jitter, so that many
   * clients do not come back together, and never before a Retry-After. `attempt` counts from 0.
   */
  again(error: unknown, attempt: number): Promise<boolean>;
  /** Tries work that changes nothing until it succeeds or may not be tried again. */
  read<T>(work: () => Promise<T>): Promise<T>;
}

/** Retries of one run: only network errors, 429 and 5xx, within one budget of waiting. */
export function retryPolicy(
  runtime: Pick<Runtime, "random" | "sleep">,
  signal: AbortSignal | undefined,
  budget: Milliseconds = defaultBudget,
): RetryPolicy {
  let left = budget;
  const again = async (error: unknown, attempt: number): Promise<boolean> => {
    if (!(error instanceof TargetError) || !error.isTransient || signal?.aborted) return false;
    if (attempt + 1 >= attempts) return false;
    const jitter = runtime.random() * Math.min(cap, base * 2 ** attempt);
    const delay = Math.max(jitter, error.retryAfter ?? 0);
    if (delay > left) return false;
    left -= delay;
    await runtime.sleep(delay, signal);
    return !signal?.aborted;
  };
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(await again(error, attempt))) throw error;
      }
    }
  };
  return { again, read };
}
