import { after, type Instant } from "../time.ts";
import {
  type AlertLimits,
  type AskedStart,
  type HeardAlert,
  type KeyStanding,
  keyOf,
  linkOf,
  type Standing,
  type StartVerdict,
} from "./admission.ts";
import { type TokenBucket, takeToken } from "./token-bucket.ts";
import { waitingRuns } from "./waiting-runs.ts";

export interface StartGate {
  /** What becomes of a start that some of its alerts ask for. */
  decide(asked: AskedStart, asking: readonly Asking[]): GateVerdict;
  /** An alert has resolved: whoever waits for it alone is dropped, and its key is free. */
  resolve(alert: HeardAlert): void;
  dropped(): readonly string[];
  resolved(): readonly string[];
  actions(): ReadonlyMap<string, TokenBucket>;
}
export interface Asking {
  /** Its number in the message. */
  readonly number: number;
  readonly alert: HeardAlert;
}
export interface GateVerdict extends Pick<StartVerdict, "run"> {
  readonly kind: Exclude<StartVerdict["kind"], "repeated">;
  /** It starts, and no run was made for exactly these alerts. */
  readonly unprepared: boolean;
}

/** Keeps the runs of each key, the cool-downs and the limits of actions, one start after the other. */
export function startGate(standing: Standing, { perAction }: AlertLimits, now: Instant): StartGate {
  const keys = new Map<string, KeyStanding>(standing.keys);
  const actions = new Map<string, TokenBucket>(standing.actions);
  const waiting = waitingRuns(standing.waiting);

  const start = (asked: AskedStart, asking: readonly Asking[]): GateVerdict => {
    const made = asked.prepared;
    const isPrepared = made !== undefined && isFor(made.alerts, asking);
    const run = isPrepared ? made.run : `start ${linkOf(asked)} of ${asking[0]!.number}`;
    const lives = !(isPrepared && made.ended);
    const key = keyOf(asked.actionId, asked.key);
    keys.set(key, { live: lives && asked.key !== undefined ? run : undefined, startedAt: now });
    if (lives && asked.delayed)
      waiting.add({ run, key, asksApproval: false, alerts: firing(asking), elsewhere: 0 });
    return { kind: "started", run, unprepared: !isPrepared };
  };

  return {
    decide(asked, asking) {
      const { live, startedAt } = keys.get(keyOf(asked.actionId, asked.key)) ?? never;
      if (live !== undefined) {
        waiting.join(live, firing(asking));
        return { kind: "alive", run: live, unprepared: false };
      }
      const { cooldown } = asked;
      if (cooldown !== undefined && startedAt !== undefined && now < after(startedAt, cooldown))
        return { kind: "cooldown", run: undefined, unprepared: false };
      const left = takeToken(actions.get(asked.actionId), perAction, now);
      if (left === undefined) return { kind: "limited", run: undefined, unprepared: false };
      actions.set(asked.actionId, left);
      return start(asked, asking);
    },
    resolve(alert) {
      for (const key of waiting.resolve(alert)) keys.set(key, never);
    },
    dropped: waiting.dropped,
    resolved: waiting.resolved,
    actions: () => actions,
  };
}

const never: KeyStanding = { live: undefined, startedAt: undefined };

const firing = (asking: readonly Asking[]): readonly HeardAlert[] =>
  asking.map(({ alert }) => alert).filter(({ state }) => state === "firing");

const isFor = (numbers: readonly number[], asking: readonly Asking[]): boolean =>
  numbers.length === asking.length && numbers.every((one, index) => one === asking[index]!.number);
