import { setTimeout as wait } from "node:timers/promises";
import { fromMilliseconds, type Instant, type Milliseconds } from "../../core/time.ts";

/** Time and chance, so that tests need neither. */
export interface Runtime {
  now(): Instant;
  /** At least 0, below 1. */
  random(): number;
  /** Resolves early when the signal aborts. */
  sleep(span: Milliseconds, signal: AbortSignal | undefined): Promise<void>;
}

/** This machine's. */
export const systemRuntime: Runtime = {
  now: () => fromMilliseconds(Date.now()),
  random: Math.random,
  sleep: (span, signal) => wait(span, undefined, signal && { signal }).catch(() => {}),
};
