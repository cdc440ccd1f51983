import { randomUUID } from "node:crypto";
import { after, type Milliseconds } from "../core/time.ts";
import { forgetOldAlerts } from "./alerts/forget-alerts.ts";
import { alertReceiver } from "./alerts/receive-alerts.ts";
import { vote } from "./approval/vote.ts";
import { cancelRun } from "./cancel-run.ts";
import { dryRun } from "./dry-run/dry-run.ts";
import { testNotifications } from "./follow/test-notifications.ts";
import { readSteps } from "./read-steps.ts";
import { forgetOldRuns } from "./retention.ts";
import { type DueLoop, dueLoop } from "./schedule/due-loop.ts";
import type { RunsParts, RunsService } from "./service.ts";
import { retryRun } from "./start/retry-run.ts";
import { startRun } from "./start/start-run.ts";
import { finished, readLog } from "./watch-run.ts";
import { oneAtATime, type WorkerPool, workerPool } from "./work/worker-pool.ts";

const defaultRetention = { keep: 1000, days: 90 };
const defaultDeadline: Milliseconds = 10_000;
/** How often old runs are forgotten, ms. */
const forgetting = 60 * 60 * 1000;

/** Everything that happens to runs, from their trigger to their end. */
export function runsService(parts: RunsParts): RunsService {
  const { clock } = parts;
  const alerts = alertReceiver(parts);
  let starting: Promise<Working> | undefined;
  let stopping: Promise<void> | undefined;

  return {
    async start() {
      await stopping;
      starting ??= begin(parts);
      await starting.catch((error: unknown) => {
        starting = undefined;
        throw error;
      });
    },
    stop(deadline = defaultDeadline) {
      if (starting === undefined) return stopping ?? Promise.resolve();
      const working = starting;
      starting = undefined;
      stopping = working.then(
        (begun) => end(parts, begun, deadline),
        () => undefined,
      );
      return stopping;
    },
    startRun: (ask) => startRun(parts, ask, clock.now()),
    receiveAlerts: (message) => alerts.receive(message, clock.now()),
    cancelRun: (ask) => cancelRun(parts, ask, clock.now()),
    dryRun: (ask) => dryRun(parts, ask, clock.now()),
    retryRun: (ask) => retryRun(parts, ask, clock.now()),
    vote: (ask) => vote(parts, ask, clock.now()),
    testNotifications: (ask) => testNotifications(parts, ask, clock.now()),
    steps: (run) => readSteps(parts.store, run),
    finished: (ref, signal) => finished(parts, ref, signal),
    log: (ask) => readLog(parts, ask),
    result: (run) => parts.blobs.get(run, "result"),
  };
}

interface Working {
  readonly pool: WorkerPool;
  readonly loop: DueLoop;
  stopListening(): void;
  /** Aborted at the end: what is only tidying up stops. */
  readonly tidying: AbortController;
  /** Resolves when nothing is being tidied up. */
  tidied(): Promise<void>;
}

async function begin(parts: RunsParts): Promise<Working> {
  const { store, bell, clock, ownsStore } = parts;
  const begun = clock.now();
  if (ownsStore) await store.abandon(begun);
  const pool = workerPool(parts, `worker-${randomUUID()}`);
  const loop = dueLoop(parts, pool.fill, (run) =>
    ownsStore && (run.startedAt ?? run.createdAt) < begun
      ? "The server ended while it ran."
      : "Its worker was not heard of any more.",
  );
  const heard = [
    // A new run may be ready now, or later than anything the loop knows of.
    bell.on("runs", pool.fill),
    bell.on("runs", loop.look),
    bell.on("cancels", pool.renew),
  ];
  const tidying = new AbortController();
  const { tidied, stop } = tidyUp(parts, tidying.signal);
  loop.look();
  const stopListening = () => {
    for (const off of heard) off();
    stop();
  };
  return { pool, loop, stopListening, tidying, tidied };
}

/** The order matters: nothing new, then what runs, then what was needed for it. */
async function end({ clock }: RunsParts, working: Working, deadline: Milliseconds): Promise<void> {
  const { pool, loop, stopListening, tidying, tidied } = working;
  stopListening();
  tidying.abort();
  await loop.stop();
  const takeBack = clock.alarm(after(clock.now(), deadline), pool.interrupt);
  await pool.drain();
  takeBack();
  pool.stop();
  await tidied();
}

function tidyUp(parts: RunsParts, signal: AbortSignal): { tidied(): Promise<void>; stop(): void } {
  const { clock, report } = parts;
  let takeBack: () => void = () => undefined;
  const forget = oneAtATime(async () => {
    const settings = parts.retention ?? defaultRetention;
    await forgetOldRuns(parts, settings, clock.now(), signal).catch((error: unknown) =>
      report("forgetting old runs", error),
    );
    await forgetOldAlerts(parts.alerts, settings, clock.now(), signal).catch((error: unknown) =>
      report("forgetting old alerts", error),
    );
    if (!signal.aborted) takeBack = clock.alarm(after(clock.now(), forgetting), forget);
  });
  forget();
  return { tidied: forget.idle, stop: () => takeBack() };
}
