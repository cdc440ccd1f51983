import type { Instant } from "../time.ts";
import type { HeardAlert, WaitingRun } from "./admission.ts";

type Asking = Pick<HeardAlert, "fingerprint" | "startsAt">;

interface WaitingRuns {
  add(run: WaitingRun): void;
  /** Alerts that a run is alive for join those that it waits for. */
  join(run: string, alerts: readonly Asking[]): void;
  /** An alert has resolved: answers the keys of the runs that are dropped for it. */
  resolve(alert: Asking): readonly string[];
  dropped(): readonly string[];
  resolved(): readonly string[];
}

/** Runs that have not started: one that waits for its delay is dropped once all alerts that asked for it have resolved. */
export function waitingRuns(known: readonly WaitingRun[]): WaitingRuns {
  const runs = new Map<
    string,
    { readonly of: WaitingRun; readonly firing: Map<string, Instant | undefined> }
  >();
  const dropped: string[] = [];
  const resolved = new Set<string>();
  const add = (of: WaitingRun) =>
    runs.set(of.run, {
      of,
      firing: new Map(of.alerts.map(({ fingerprint, startsAt }) => [fingerprint, startsAt])),
    });
  for (const run of known) add(run);
  return {
    add,
    join(run, alerts) {
      const waiting = runs.get(run);
      for (const { fingerprint, startsAt } of alerts) waiting?.firing.set(fingerprint, startsAt);
      if (alerts.length > 0) resolved.delete(run);
    },
    resolve({ fingerprint, startsAt }) {
      const keys: string[] = [];
      for (const { of, firing } of runs.values()) {
        if (!firing.has(fingerprint)) continue;
        const since = firing.get(fingerprint);
        // The end of an earlier firing, told late, says nothing about this one.
        if (since !== undefined && startsAt !== undefined && since > startsAt) continue;
        firing.delete(fingerprint);
        if (firing.size + of.elsewhere > 0) continue;
        if (of.asksApproval) {
          resolved.add(of.run);
          continue;
        }
        runs.delete(of.run);
        dropped.push(of.run);
        keys.push(of.key);
      }
      return keys;
    },
    dropped: () => dropped,
    resolved: () => [...resolved],
  };
}
