import type { RunId } from "../../core/run/run.ts";
import { after } from "../../core/time.ts";
import type { Claimed } from "../ports/run-store.ts";
import type { RunsParts } from "../service.ts";
import type { Aside, StopCause } from "./stops.ts";
import { workRun } from "./work-run.ts";

/** How long a claim holds without being renewed, and how often it is, ms. */
const lease = 30_000;
const renewal = 10_000;
/** Pause after the store did not answer, ms. */
const pause = 1_000;

export interface WorkerPool {
  /** Claims and works on what is ready, as far as there is room. */
  fill(): void;
  /** Learns now, not at the next renewal, what is to be stopped. */
  renew(): void;
  /** Claims no more; resolves when all is worked off. */
  drain(): Promise<void>;
  /** Stops what is still worked on. */
  interrupt(): void;
  /** After drain: forgets its timers. */
  stop(): void;
}

/** At most `workers` runs at once, each under a lease in the name of `worker`. */
export function workerPool(parts: RunsParts, worker: string): WorkerPool {
  const { store, clock, workers, report } = parts;
  const active = new Map<RunId, { abort(cause: StopCause): void; done: Promise<void> }>();
  /** Runs that wait for another run of theirs: their places are free. */
  let away = 0;
  let open = true;
  const claiming = oneAtATime(claim);
  const renewing = oneAtATime(renewLeases);
  let takeBackRetry: () => void = () => undefined;
  let takeBackRenewal: () => void = () => undefined;
  scheduleRenewal();

  async function claim(): Promise<void> {
    const limit = workers - active.size + away;
    if (!open || limit <= 0) return;
    const now = clock.now();
    try {
      const claimed = await store.claim({ worker, limit, now, until: after(now, lease) });
      for (const one of claimed) work(one);
      if (claimed.length === limit) claiming();
    } catch (error) {
      report("claiming runs", error);
      takeBackRetry();
      takeBackRetry = clock.alarm(after(clock.now(), pause), claiming);
    }
  }

  function work(claimed: Claimed): void {
    const cancel = new AbortController();
    const halt = new AbortController();
    const { id } = claimed.run;
    parts.bell.ring(`run:${id}`);
    // A runbook that paused may be here again while what it was worked on with is still being put away.
    const before = active.get(id)?.done ?? Promise.resolve();
    const done = before
      .then(() => workRun(parts, claimed, { cancel: cancel.signal, halt: halt.signal }, aside))
      .finally(() => {
        // Its next attempt may be here already.
        if (active.get(id) === entry) active.delete(id);
        claiming();
      });
    const abort = (cause: StopCause) => (cause === "cancel" ? cancel : halt).abort(cause);
    const entry = { abort, done };
    active.set(id, entry);
  }

  const aside: Aside = async (wait) => {
    away += 1;
    claiming();
    try {
      return await wait();
    } finally {
      away -= 1;
    }
  };

  async function renewLeases(): Promise<void> {
    const runs = [...active.keys()];
    if (runs.length === 0) return;
    try {
      const held = await store.renew({ worker, runs, until: after(clock.now(), lease) });
      const found = new Map(held.map((one) => [one.run, one.cancelAsked]));
      for (const run of runs) {
        if (found.get(run) === true) active.get(run)?.abort("cancel");
        // Ended by somebody else, who took it for lost. One that has just ended by itself is not active any more.
        if (!found.has(run)) active.get(run)?.abort("lease lost");
      }
    } catch (error) {
      report("renewing leases", error);
    }
  }

  function scheduleRenewal(): void {
    takeBackRenewal = clock.alarm(after(clock.now(), renewal), () => {
      renewing();
      scheduleRenewal();
    });
  }

  return {
    fill: claiming,
    renew: renewing,
    async drain() {
      open = false;
      await claiming.idle();
      while (active.size > 0) await Promise.all([...active.values()].map(({ done }) => done));
    },
    interrupt() {
      for (const { abort } of active.values()) abort("server stops");
    },
    stop() {
      takeBackRetry();
      takeBackRenewal();
    },
  };
}

/** Calls while it runs make it run once more afterwards, not beside itself. */
export function oneAtATime(work: () => Promise<void>): (() => void) & { idle(): Promise<void> } {
  let running: Promise<void> | undefined;
  let again = false;
  const loop = async () => {
    do {
      again = false;
      await work();
    } while (again);
    running = undefined;
  };
  const call = () => {
    if (running === undefined) running = loop();
    else again = true;
  };
  return Object.assign(call, { idle: () => running ?? Promise.resolve() });
}
