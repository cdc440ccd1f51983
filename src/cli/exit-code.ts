import type { RunState } from "../core/run/run.ts";

/** How `rota` ends. Contract: scripts and workflows branch on these (docs/reference/exit-codes.md). */
export const exitCode = {
  done: 0,
  internal: 1,
  usage: 2,
  invalid: 3,
  changes: 10,
  drift: 11,
  conflict: 12,
  rail: 13,
  stale: 14,
  locked: 15,
  denied: 20,
  unreachable: 21,
  partly: 22,
  notConverged: 23,
  interrupted: 130,
  terminated: 143,
} as const;

/** What `rota run` ends with, by the state that its run ended in. */
export const runExitCode: Readonly<Record<RunState, number>> = {
  succeeded: 0,
  failed: 30,
  timed_out: 31,
  cancelled: 32,
  rejected: 33,
  expired: 33,
  skipped: 34,
  interrupted: 35,
  // Not ends; a follower that stops before the end says so and leaves with these.
  waiting: 1,
  queued: 1,
  running: 1,
};
