import type { Alert } from "../../../src/core/alert/alert.ts";
import type { StormAction, StormLink } from "./storm-scenario.ts";
import { answerWithin, quorum, sender, stormLimits } from "./storm-scenario.ts";

/*
 * What has to become of a storm, by the rules of docs/reference/alerts.md: it remembers everything and looks
 * everything up by going through all of it.
 */

interface Heard {
  readonly alert: Alert;
  readonly entry: number;
}
interface Start {
  readonly action: number;
  readonly link: number;
  readonly key: string | undefined;
  readonly at: number;
  readonly due: number;
  state: "waiting" | "asking" | "queued" | "ended" | "dropped" | "rejected" | "expired";
  readonly votes: Set<string>;
  /** Firing alerts that asked for it: "receiver fingerprint" and since when. */
  readonly asked: Map<string, number | undefined>;
  readonly records: readonly string[];
}
interface Asked {
  readonly action: number;
  readonly link: number;
  readonly key: string | undefined;
  readonly alerts: number[];
}

export interface Told {
  readonly started: readonly string[];
  readonly suppressed: number;
}

const minute = 60_000_000;

export function stormOracle(actions: readonly StormAction[]) {
  const enabled = actions.map(() => true);
  const heard: Heard[] = [];
  const starts: Start[] = [];
  /** Entry, action and link that dealt with it. */
  const dealt = new Set<string>();
  const taken = new Map<string, number[]>();
  const counted = new Map<string, number>();
  const verdicts = new Map<string, number>();
  let entries = 0;

  const nameOf = (receiver: string, alert: Alert) => `${receiver} ${alert.fingerprint}`;
  const isAlive = (start: Start) => ["waiting", "asking", "queued"].includes(start.state);
  const count = (map: Map<string, number>, what: string) => map.set(what, (map.get(what) ?? 0) + 1);

  /** Whether one more is let through: what is left is worked out from all that were. */
  function letThrough(what: string, perMinute: number, now: number): boolean {
    const before = taken.get(what) ?? [];
    let tokens = perMinute;
    let at = before[0] ?? now;
    for (const one of [...before, now]) {
      tokens = Math.min(perMinute, tokens + (Math.max(0, one - at) * perMinute) / minute) - 1;
      at = one;
    }
    if (tokens < 0) return false;
    taken.set(what, [...before, now]);
    return true;
  }

  /** The number of its entry; undefined: it is beyond the limit. */
  function hear(receiver: string, alert: Alert, now: number): number | undefined {
    const before = heard.filter((one) => nameOf(one.alert.receiver, one.alert) === nameOf(receiver, alert));
    const last = before.at(-1);
    const same =
      alert.startsAt === undefined
        ? last?.alert.state === alert.state
          ? last
          : undefined
        : before.find((one) => one.alert.state === alert.state && one.alert.startsAt === alert.startsAt);
    const isEnd = alert.state === "resolved" && last?.alert.state === "firing";
    if (same === undefined && !isEnd && !letThrough(receiver, stormLimits.perReceiver, now)) {
      count(counted, receiver);
      return undefined;
    }
    const entry = same?.entry ?? entries;
    if (same === undefined) entries += 1;
    heard.push({ alert, entry });
    return entry;
  }

  function resolve(receiver: string, alert: Alert): void {
    const name = nameOf(receiver, alert);
    for (const start of starts) {
      if (start.state !== "waiting" || !start.asked.has(name)) continue;
      const since = start.asked.get(name);
      if (since !== undefined && alert.startsAt !== undefined && since > alert.startsAt) continue;
      start.asked.delete(name);
      if (start.asked.size === 0) start.state = "dropped";
    }
  }

  /** What a message asks for, in the order of its last alerts. */
  function askedBy(alerts: readonly Alert[]): readonly Asked[] {
    const asked: Asked[] = [];
    for (const [number, alert] of alerts.entries())
      for (const [action, { type, links }] of actions.entries())
        for (const [link, { on, keyed }] of links.entries()) {
          if (!on.includes(alert.state)) continue;
          if (!enabled[action]) {
            count(verdicts, "disabled");
            continue;
          }
          const key = keyed ? alert.labels.service : type === "realtime" ? undefined : alert.fingerprint;
          const same = asked.find((one) => one.action === action && one.link === link && one.key === key);
          if (type === "realtime" && same !== undefined) same.alerts.push(number);
          else asked.push({ action, link, key, alerts: [number] });
        }
    return asked;
  }

  return {
    starts,
    take(receiver: string, alerts: readonly Alert[], now: number): Told {
      const started: string[] = [];
      let suppressed = 0;
      const told: (number | undefined)[] = [];
      const disabledBefore = verdicts.get("disabled") ?? 0;
      const asked = askedBy(alerts);
      verdicts.set("disabled", disabledBefore);
      for (const [number, alert] of alerts.entries()) {
        const entry = hear(receiver, alert, now);
        told.push(entry);
        if (entry !== undefined)
          for (const [action, { links }] of actions.entries())
            for (const { on } of links)
              if (!enabled[action] && on.includes(alert.state)) count(verdicts, "disabled");
        if (alert.state === "resolved") resolve(receiver, alert);
        for (const one of asked.filter((start) => start.alerts.at(-1) === number)) {
          const link = actions[one.action]!.links[one.link]!;
          const came = one.alerts.filter((index) => told[index] !== undefined);
          suppressed += one.alerts.length - came.length;
          const mark = (index: number) => `${told[index]} ${one.action} ${one.link}`;
          const isRepeated = (index: number) =>
            link.cooldown === undefined && alerts[index]!.startsAt !== undefined && dealt.has(mark(index));
          const asking = came.filter((index) => !isRepeated(index));
          for (const _ of came.filter(isRepeated)) count(verdicts, "repeated");
          suppressed += came.length - asking.length;
          if (asking.length === 0) continue;
          const verdict = whatOf(one, link, now);
          for (const _ of asking) count(verdicts, verdict);
          if (verdict === "started" || verdict === "alive")
            for (const index of asking) dealt.add(mark(index));
          const firing = asking.map((index) => alerts[index]!).filter(({ state }) => state === "firing");
          const members = firing.map((alert) => [nameOf(receiver, alert), alert.startsAt] as const);
          if (verdict === "alive") for (const [name, since] of members) alive(one)!.asked.set(name, since);
          if (verdict !== "started") {
            suppressed += asking.length;
            continue;
          }
          const due = now + (link.asks ? answerWithin : link.delay) * minute;
          starts.push({
            ...{ action: one.action, link: one.link, key: one.key, at: now, due },
            state: link.asks ? "asking" : due > now ? "waiting" : "queued",
            votes: new Set(),
            asked: new Map(members),
            records: asking.map((index) => alerts[index]!.fingerprint),
          });
          started.push(`action_${one.action + 1}`);
        }
      }
      return { started, suppressed };
    },
    /** Delays that are over, and times to answer. */
    look(now: number): void {
      for (const start of starts) {
        if (start.due > now) continue;
        if (start.state === "waiting") start.state = "queued";
        if (start.state !== "asking") continue;
        start.state = actions[start.action]!.onExpiry === "approve" ? "queued" : "expired";
      }
    },
    /** Whether the vote counts. */
    vote(start: Start, by: string, yes: boolean, now: number): boolean {
      if (start.state !== "asking" || by === sender || start.votes.has(by)) return false;
      if (!yes) {
        start.state = "rejected";
        return true;
      }
      if (now >= start.due) return false;
      start.votes.add(by);
      if (start.votes.size === quorum) start.state = "queued";
      return true;
    },
    asking: () => starts.filter(({ state }) => state === "asking"),
    alive: () => starts.filter(isAlive),
    switch(action: number): boolean {
      enabled[action] = !enabled[action];
      return enabled[action]!;
    },
    /** Alerts of each entry, in the order they were made. */
    entries: () =>
      Array.from({ length: entries }, (_, entry) => heard.filter((one) => one.entry === entry).length),
    counted: () => Object.fromEntries(counted),
    verdicts: () => Object.fromEntries([...verdicts].filter(([, times]) => times > 0)),
  };

  function alive(one: Asked): Start | undefined {
    return one.key === undefined
      ? undefined
      : starts.find((start) => start.action === one.action && start.key === one.key && isAlive(start));
  }

  function whatOf(one: Asked, { cooldown }: StormLink, now: number): string {
    if (alive(one) !== undefined) return "alive";
    const last = starts.findLast((start) => start.action === one.action && start.key === one.key);
    const isCooling = last !== undefined && last.state !== "dropped" && cooldown !== undefined;
    if (isCooling && now < last.at + cooldown * minute) return "cooldown";
    return letThrough(`action ${one.action}`, stormLimits.perAction, now) ? "started" : "limited";
  }
}
