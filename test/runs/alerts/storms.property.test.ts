import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action, Approval } from "../../../src/core/action/action.ts";
import type { Alert } from "../../../src/core/alert/alert.ts";
import { isAsked } from "../../../src/core/approval/run-approval.ts";
import { decide } from "../../../src/core/run/decide.ts";
import { isRefusal } from "../../../src/core/run/refusal.ts";
import { isFinal, type Run } from "../../../src/core/run/run.ts";
import type { RunEvent } from "../../../src/core/run/run-event.ts";
import { inProcessBell, runsService } from "../../../src/runs/index.ts";
import type { AlertStore } from "../../../src/runs/ports/alert-store.ts";
import { samples } from "../../samples.ts";
import { textOf } from "../world.ts";
import { alertWorld, someAlert, someLink } from "./alert-world.ts";
import { stormOracle } from "./storm-oracle.ts";
import {
  answerWithin,
  quorum,
  type Storm,
  type StormAlert,
  type StormStep,
  seriesCount,
  stormLimits,
  storms,
} from "./storm-scenario.ts";

const minute = 60_000;
const second = 1_000_000;

/** Plays a storm with a real service and store, and with the oracle; compares them after each message. */
async function play({ actions, steps }: Storm) {
  const w = await alertWorld("never", { alertLimits: stormLimits });
  const oracle = stormOracle(actions);
  const placed: Awaited<ReturnType<typeof w.link>>[] = [];
  for (const { type, links, onExpiry } of actions)
    placed.push(
      await w.link(
        { type, approval: approvalOf(onExpiry) } as Partial<Action>,
        ...links.map(({ on, keyed, delay, cooldown, asks }) =>
          someLink({
            match: "true",
            on,
            key: keyed ? "alert.labels.service" : undefined,
            start: asks
              ? { kind: "approval" }
              : delay === 0
                ? { kind: "immediately" }
                : { kind: "after", delay: delay * minute },
            cooldown: cooldown === undefined ? undefined : cooldown * minute,
          }),
        ),
      ),
    );
  let crash: "before" | "after" | undefined;
  const dying = new Proxy(w.parts.alerts, {
    get:
      (store, verb: keyof AlertStore) =>
      async (...args: readonly never[]) => {
        const dies = verb === "take" ? crash : undefined;
        if (dies === "before") throw new Error("gone");
        const answer = await (store[verb] as (...all: readonly never[]) => Promise<unknown>)(...args);
        if (dies === "after" && (answer as { kind: string }).kind === "taken") throw new Error("gone");
        return answer;
      },
  });
  const open = () => runsService({ ...w.parts, alerts: dying, bell: inProcessBell() });
  let service = open();
  const ids: string[] = [];
  const history = async () => [...(await w.history())];
  const settle = async (run: Run, event: RunEvent) => {
    const change = decide(run, event, w.clock.now());
    if (!isRefusal(change)) expect(await w.store.record(change, undefined)).toBe("recorded");
  };
  const look = async () => {
    for (const run of (await w.store.due(w.clock.now(), 100)).delays)
      await settle(run, { kind: isAsked(run.approval) ? "expire" : "due" });
    oracle.look(w.clock.now());
  };
  const alerts = alertMaker();

  const send = async (step: Extract<StormStep, { do: "send" }>) => {
    const message = {
      ...{ organization: "default", receiver: step.receiver, sender: "a@example.com", address: undefined },
      alerts: step.alerts.map((alert) => alerts(step.receiver, alert)),
    };
    crash = step.crash;
    const taken = await service.receiveAlerts(message).catch((error: Error) => {
      if (error.message !== "gone") throw error;
    });
    crash = undefined;
    if (step.crash !== "before") {
      const told = oracle.take(step.receiver, message.alerts, w.clock.now());
      if (step.crash === undefined) {
        expect({
          started: taken?.started.map(({ action }) => action),
          suppressed: taken?.suppressed,
        }).toEqual(told);
        ids.push(...taken!.started.map(({ run }) => run));
      }
    }
    if (step.crash === undefined) return;
    // Which run is which start is told by the history.
    const outcomes = (await w.entries()).flatMap((entry) => entry.outcomes);
    for (const { action, link, key } of oracle.starts.slice(ids.length)) {
      const made = outcomes.find(
        ({ kind, run, ...of }) =>
          kind === "started" &&
          !ids.includes(run!) &&
          of.actionName === `action_${action + 1}` &&
          of.link === link &&
          of.key === key,
      );
      ids.push(made!.run!);
    }
    service = open();
  };

  for (const step of steps) {
    if (step.do === "send") await send(step);
    else if (step.do === "end") {
      const alive = oracle.alive();
      const start = alive[step.which % Math.max(1, alive.length)];
      if (start === undefined) continue;
      const run = await w.store.get("default", ids[oracle.starts.indexOf(start)]!);
      await settle(run!, { kind: "cancel", by: "x@example.com" });
      start.state = "ended";
    } else if (step.do === "vote") {
      const asking = oracle.asking();
      const start = asking[step.which % Math.max(1, asking.length)];
      if (start === undefined) continue;
      const voter = { email: step.by, roles: [], isMachine: false, mayApprove: true };
      const run = { organization: "default", run: ids[oracle.starts.indexOf(start)]! };
      const said = { approves: step.yes, comment: undefined, round: 1 };
      const counts = await service.vote({ ...run, voter, ...said }).then(
        () => true,
        () => false,
      );
      expect(counts).toBe(oracle.vote(start, step.by, step.yes, w.clock.now()));
    } else if (step.do === "pass") {
      w.clock.set(w.clock.now() + step.seconds * second);
      await look();
    } else if (step.do === "set back") w.clock.set(w.clock.now() - step.seconds * second);
    else if (step.do === "restart") service = open();
    else {
      const which = step.which % placed.length;
      const { action, number, actionId } = placed[which]!;
      const enabled = oracle.switch(which);
      placed[which] = await w.place({ ...action, enabled }, undefined, number + 1, actionId);
    }
    const alive = (await history()).filter(({ state }) => !isFinal(state));
    expect(new Set(alive.map(({ id }) => id))).toEqual(
      new Set(oracle.alive().map((start) => ids[oracle.starts.indexOf(start)])),
    );
  }
  return { w, oracle, ids, history };
}

/** Terms for links that ask; the action asks nobody by itself. */
const approvalOf = (onExpiry: "reject" | "approve"): Approval => ({
  required: false,
  approvers: [],
  quorum,
  expires: answerWithin * minute,
  onExpiry,
});

/** The alerts of a scenario, as their senders would tell them. */
function alertMaker() {
  const firings = new Map<string, { number: number; state: string }>();
  return (receiver: string, { series, state, late }: StormAlert): Alert => {
    const name = `${receiver} ${series}`;
    const before = firings.get(name) ?? { number: 1, state: "firing" };
    const isNew = state === "firing" && before.state === "resolved" && !late;
    const number = isNew ? before.number + 1 : before.number;
    if (!late) firings.set(name, { number, state });
    const since = late ? number - 1 : number;
    return someAlert({
      receiver,
      state,
      fingerprint: `f-${series}`,
      labels: { service: `s-${series % (seriesCount / 2)}` },
      startsAt: receiver === "alertmanager" ? 1_700_000_000 * second + since * second : undefined,
      inputs: [`f-${series}`],
    });
  };
}

const storedVerdicts = (entries: Awaited<ReturnType<Awaited<ReturnType<typeof alertWorld>>["entries"]>>) => {
  const counts: Record<string, number> = {};
  for (const { kind, count } of entries.flatMap(({ outcomes }) => outcomes))
    counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
};

describe("storms of alerts, whatever comes between", () => {
  it("I6 N6: start what is promised and no more: one live run per key, nothing lost, counts add up", async () => {
    await fc.assert(
      fc.asyncProperty(storms, async (storm) => {
        const { w, oracle, ids, history } = await play(storm);
        const runs = await history();
        expect(runs).toHaveLength(oracle.starts.length);
        for (const [index, start] of oracle.starts.entries()) {
          const run = runs.find(({ id }) => id === ids[index])!;
          const state = {
            waiting: "waiting",
            queued: "queued",
            ended: "cancelled",
            dropped: "skipped",
            asking: "waiting",
            rejected: "rejected",
            expired: "expired",
          } as const;
          expect(run).toMatchObject({ state: state[start.state], createdAt: start.at });
          if (start.votes.size > 0)
            expect(run.approval?.votes.map(({ by }) => by).sort()).toEqual([...start.votes].sort());
          if (storm.actions[start.action]!.type === "realtime")
            expect(await textOf(await w.parts.blobs.get(run.id, "input"))).toBe(
              JSON.stringify(start.records),
            );
        }
        const entries = await w.entries();
        const most = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
        expect(most(entries.map(({ count }) => count))).toEqual(most(oracle.entries()));
        expect(storedVerdicts(entries)).toEqual(oracle.verdicts());
        const beyond = await w.alerts.overflow({ organization: "default", limit: 1000 });
        const counted: Record<string, number> = {};
        for (const { name, count } of beyond.filter(({ of }) => of === "receiver"))
          counted[name] = (counted[name] ?? 0) + count;
        expect(counted).toEqual(oracle.counted());
        expect(w.reports).toEqual([]);
      }),
      samples(15, 2_000),
    );
  });
});
