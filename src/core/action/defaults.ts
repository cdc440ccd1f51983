import type { ActionType, Approval, Concurrency, Resources, Retries } from "./action.ts";

const minute = 60_000;

/** What a field means when it is not written: the one list, read by normalize and by canonicalAction. */
export const defaults = {
  timeout: 10 * minute,
  retries: { limit: 0, delay: 5000, backoff: "constant" } satisfies Retries as Retries,
  resources: {
    memory: 512 * 2 ** 20,
    processes: 64,
    output: 10 * 2 ** 20,
    disk: 256 * 2 ** 20,
  } satisfies Resources as Resources,
  approval: {
    required: true,
    approvers: [],
    quorum: 1,
    expires: 24 * 60 * minute,
    onExpiry: "reject",
  } satisfies Approval as Approval,
  timezone: "UTC",
  dayOfMonth: 1,
  stepProvider: "local",
  httpProvider: "http",
} as const;

/** Real-time actions are unlimited, queued behind the workers; others run one at a time, and a second is skipped. */
export const defaultConcurrency = (type: ActionType): Concurrency =>
  type === "realtime" ? { limit: undefined, overlap: "queue" } : { limit: 1, overlap: "skip" };
