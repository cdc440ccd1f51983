import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/core/action/action.ts";
import type { Voter } from "../../../src/core/approval/refuse-vote.ts";
import { decide } from "../../../src/core/run/decide.ts";
import { isRefusal } from "../../../src/core/run/refusal.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { runsService } from "../../../src/runs/index.ts";
import { alertWorld, resolved, someAlert, someLink } from "../alerts/alert-world.ts";
import { eventually, instant, outcome, until, world } from "../world.ts";

const hour = 3_600_000;
const approval = {
  required: true,
  approvers: ["role:sre"],
  quorum: 1,
  expires: hour,
  onExpiry: "reject",
} as const;
const sre = (email: string): Voter => ({ email, roles: ["sre"], isMachine: false, mayApprove: false });
const runbook = (fields: Partial<Action> = {}): Partial<Action> =>
  ({
    type: "runbook",
    mode: "manual",
    concurrency: { limit: undefined, overlap: "allow" },
    steps: [],
    approval,
    ...fields,
  }) as Partial<Action>;

type World = Awaited<ReturnType<typeof world>>;

/** A run of an action that needs approval, seen to wait: whatever made it. */
async function seenWaiting({ history, tasks }: World, kind: Run["trigger"]["kind"]): Promise<Run> {
  const run = (await history()).find(({ trigger, state }) => trigger.kind === kind && state !== "failed");
  if (run === undefined) throw new Error(`no run that a ${kind} has caused`);
  expect(run).toMatchObject({ state: "waiting", startedAt: undefined, approval: { state: "asked" } });
  expect(tasks).toEqual([]);
  return run;
}

describe("a run that needs approval", () => {
  it("D4: waits on every path that could start or resume it, and no path gets it going", async () => {
    const made = await world(async () => outcome());
    const { service, place, start, clock, store, parts, history } = made;
    await service.start();
    const version = await place({ approval });
    const run = await start(version);
    const stillWaits = async (what: string) => {
      await clock.advance(1000);
      const now = await store.get("default", run.id);
      expect(now, what).toMatchObject({ state: "waiting", startedAt: undefined });
      expect(made.tasks, what).toEqual([]);
    };
    await seenWaiting(made, "manual");
    await stillWaits("time");

    // Once more with the same key answers the same run.
    const keyed = await start(version, { key: "k" });
    expect((await start(version, { key: "k" })).id).toBe(keyed.id);
    await stillWaits("the same key");

    // A retry, of a run that was rejected, asks anew.
    await service.vote({
      ...refOf(keyed),
      voter: sre("ann@example.com"),
      approves: false,
      comment: "no",
      round: 1,
    });
    const retried = await service.retryRun({ ...refOf(keyed), actor: "a@example.com" });
    expect(retried).toMatchObject({ state: "waiting", approval: { state: "asked", votes: [] } });
    await stillWaits("a retry");

    // Events of the state table that a worker or the due loop could send too early.
    for (const event of [{ kind: "due" }, { kind: "claimed", worker: "w" }, { kind: "started" }] as const) {
      const current = await store.get("default", run.id);
      if (current === undefined) throw new Error("gone");
      expect(isRefusal(decide(current, event, clock.now() + 10 * hour * 1000)), event.kind).toBe(true);
    }
    expect(
      await store.claim({ worker: "w", limit: 10, now: clock.now() + 24 * hour * 1000, until: clock.now() }),
    ).toEqual([]);
    await stillWaits("a claim");

    // Another version of the action, and a server that starts anew on the same store.
    await store.place({ ...version, number: 2 }, undefined);
    await stillWaits("another version");
    await service.stop(0);
    const again = runsService(parts);
    await again.start();
    await stillWaits("a restart");
    await again.stop(0);
    expect((await history()).every(({ startedAt }) => startedAt === undefined)).toBe(true);
  });

  it("D4: waits when a schedule starts it, and runs once it is approved", async () => {
    const made = await world(async () => outcome());
    const { service, place, clock, history, ended } = made;
    await service.start();
    const schedule = {
      timing: { kind: "cron", expression: "* * * * *" },
      timezone: "UTC",
      catchUp: "none",
      startDeadline: undefined,
      parameters: {},
    } as const;
    await place({ type: "scheduled", schedule, approval } as Partial<Action>, instant);
    await until(clock, async () => (await history()).length > 0);
    const run = await seenWaiting(made, "schedule");
    await service.vote({
      ...refOf(run),
      voter: sre("ann@example.com"),
      approves: true,
      comment: "go",
      round: 1,
    });
    expect(await ended(run)).toMatchObject({
      state: "succeeded",
      approval: { state: "granted", votes: [{ by: "ann@example.com", comment: "go" }] },
    });
  });

  it("D4: waits when a step of another run starts it, and that step with it", async () => {
    const made = await world(async () => outcome());
    const { service, place, start, ended, history } = made;
    await service.start();
    const child = await place({ name: "guarded", approval });
    const step = {
      id: "call",
      name: "Call",
      provider: "local",
      program: { kind: "action", action: child.action.name, parameters: {} },
      env: {},
      if: "previous_success",
      timeout: 2 * hour,
      retries: { limit: 0, delay: 0, backoff: "constant" },
      continueOnError: false,
      idempotent: false,
    } as const;
    const parent = await start(
      await place(
        runbook({ name: "parent", approval: undefined, timeout: 3 * hour, steps: [step] } as Partial<Action>),
      ),
    );
    await eventually(async () => (await history()).some(({ trigger }) => trigger.kind === "step"));
    const run = await seenWaiting(made, "step");
    await service.vote({
      ...refOf(run),
      voter: sre("ann@example.com"),
      approves: true,
      comment: undefined,
      round: 1,
    });
    expect(await ended(parent)).toMatchObject({ state: "succeeded" });
  });

  it("D4: waits when an alert starts it, whatever its link says, and keeps the link's delay", async () => {
    const made = await alertWorld();
    const { service, link, send, store, history } = made;
    await service.start();
    const delayed = someLink({ start: { kind: "after", delay: 10 * 60_000 } });
    await link({ name: "guarded", approval }, someLink());
    await link({ name: "guarded_later", approval }, delayed);
    await link(
      { name: "asked_by_link", approval: { ...approval, required: false } },
      someLink({ start: { kind: "approval" } }),
    );
    await link({ name: "records", type: "realtime", approval } as Partial<Action>, someLink());
    await send(someAlert());
    const runs = await history();
    expect(runs).toHaveLength(4);
    for (const run of runs)
      expect(run, run.actionName).toMatchObject({
        state: "waiting",
        startedAt: undefined,
        approval: { state: "asked" },
      });
    // The alert comes again, resolves, and comes once more: nothing of that is an answer.
    await send(someAlert());
    await send(resolved());
    await send(someAlert({ startsAt: 1_799_999_500_000_000 }));
    const yes = { voter: sre("ann@example.com"), approves: true, comment: undefined, round: 1 } as const;
    for (const { id, startedAt } of await history()) {
      expect(startedAt).toBeUndefined();
      await service.vote({ organization: "default", run: id, ...yes }).catch(() => undefined);
    }
    const byName = async (name: string) => (await history()).filter(({ actionName }) => actionName === name);
    await eventually(async () => (await byName("guarded")).every(({ state }) => state === "succeeded"));
    await eventually(async () => (await byName("records")).every(({ state }) => state === "succeeded"));
    // Approved, and its delay holds all the same; the one whose alert resolved first has ended.
    expect((await byName("guarded_later")).map(({ state }) => state).sort()).toEqual(["skipped", "waiting"]);
    const waits = (await byName("guarded_later")).find(({ state }) => state === "waiting");
    expect(await store.get("default", waits!.id)).toMatchObject({ approval: { state: "granted" } });
  });

  it("D4: waits when the end of another run starts it, and when it is told of one", async () => {
    const made = await world(async () => outcome());
    const { service, place, start, ended, history, clock, tasks } = made;
    await service.start();
    const first = await place(
      runbook({
        name: "first",
        approval: undefined,
        notify: [{ on: ["success"], target: { action: "told" } }],
      } as Partial<Action>),
    );
    await place(runbook({ name: "after", events: [{ run: "first", state: "succeeded", parameters: {} }] }));
    await place(runbook({ name: "told" }));
    await ended(await start(first));
    await until(clock, async () => (await history()).length === 3);
    for (const run of (await history()).filter(({ actionName }) => actionName !== "first"))
      expect(run, run.actionName).toMatchObject({
        state: "waiting",
        startedAt: undefined,
        approval: { state: "asked" },
      });
    expect(tasks).toEqual([]);
  });

  it("D4: ends as expired when nobody answers in time, or starts where its action says so", async () => {
    const { service, place, start, ended, tasks } = await world(async () => outcome());
    await service.start();
    expect(
      await ended(await start(await place({ approval: { ...approval, expires: 60_000 } }))),
    ).toMatchObject({
      state: "expired",
      reason: "Nobody approved the run in time.",
    });
    expect(tasks).toEqual([]);
    const lenient = await place({
      name: "lenient",
      approval: { ...approval, expires: 60_000, onExpiry: "approve" },
    });
    expect(await ended(await start(lenient))).toMatchObject({ state: "succeeded" });
  });

  it("D4: counts two who vote in the same instant, and two votes of one person once", async () => {
    const { service, place, start, store } = await world(async () => outcome());
    const version = await place({ approval: { ...approval, quorum: 3 } });
    const run = await start(version);
    const votes = ["ann", "bob", "ann", "bob", "ann"].map((name) =>
      service.vote({
        ...refOf(run),
        voter: sre(`${name}@example.com`),
        approves: true,
        comment: undefined,
        round: 1,
      }),
    );
    const settled = await Promise.allSettled(votes);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    const now = await store.get("default", run.id);
    expect(now?.approval?.votes.map(({ by }) => by).sort()).toEqual(["ann@example.com", "bob@example.com"]);
    expect(now?.state).toBe("waiting");
  });

  it("D4: keeps the concurrency limit for when the wait is over", async () => {
    const { service, place, start, store } = await world(() => new Promise(() => undefined));
    await service.start();
    const version = await place({ approval, concurrency: { limit: 1, overlap: "skip" } });
    const runs = [await start(version), await start(version)];
    expect(runs.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    for (const run of runs)
      await service.vote({
        ...refOf(run),
        voter: sre("ann@example.com"),
        approves: true,
        comment: undefined,
        round: 1,
      });
    await eventually(async () => (await store.get("default", runs[0]!.id))?.state === "running");
    expect(await store.get("default", runs[1]!.id)).toMatchObject({ state: "skipped" });
  });
});

const refOf = ({ organization, id }: Run) => ({ organization, run: id });
