import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/core/action/action.ts";
import { eventually, textOf, until } from "../world.ts";
import { alertWorld, resolved, someAlert, someLink } from "./alert-world.ts";

const minute = 60_000;

describe("an alert that comes in", () => {
  it("I5: starts the action that is linked to it, and its run says which alert it was", async () => {
    const w = await alertWorld();
    const action = await w.link();
    const taken = await w.send(someAlert());
    expect(taken).toMatchObject({
      received: 1,
      suppressed: 0,
      started: [{ action: action.action.name, alert: "ServiceDown" }],
    });
    const [run] = await w.history();
    const [entry] = await w.entries();
    expect(run).toMatchObject({
      id: taken.started[0]?.run,
      state: "queued",
      actor: "alerts@example.com",
      trigger: {
        kind: "alert",
        name: "ServiceDown",
        receiver: "alertmanager",
        state: "firing",
        alert: entry?.id,
      },
      alert: { name: "ServiceDown", labels: { service: "nginx" } },
    });
    expect(entry).toMatchObject({
      state: "firing",
      count: 1,
      labels: { service: "nginx" },
      outcomes: [{ kind: "started", run: run?.id, count: 1, key: "f-nginx", actionName: action.action.name }],
    });
  });

  it("starts nothing where no link matches, and is in the history", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ match: 'alert.name == "DiskFull"' }), someLink({ on: ["resolved"] }));
    expect(await w.send(someAlert())).toEqual({ received: 1, started: [], suppressed: 0 });
    expect(await w.entries()).toMatchObject([{ unmatched: 2, outcomes: [] }]);
    expect(await w.history()).toEqual([]);
  });

  it("D3: starts an action by each of its links, with the parameters that the link gives", async () => {
    const w = await alertWorld();
    const parameters = { service: { type: "string" }, depth: { type: "integer", default: 1 } };
    await w.link(
      { parameters },
      someLink({ parameters: { service: "${{ alert.labels.service }}" } }),
      someLink({ match: 'alert.name == "DiskFull"', parameters: { service: "disk", depth: 3 } }),
      someLink({ on: ["resolved"], parameters: { service: "done" }, key: '"end"' }),
    );
    await w.send([someAlert(), someAlert({ name: "DiskFull", fingerprint: "f-disk" })]);
    await w.send(resolved());
    expect((await w.history()).map((run) => run.parameters)).toEqual(
      expect.arrayContaining([
        { service: "nginx", depth: 1 },
        { service: "disk", depth: 3 },
        { service: "done", depth: 1 },
      ]),
    );
    expect(await w.history()).toHaveLength(3);
  });

  it("I6: starts several actions, each by itself: what one cannot, the others do", async () => {
    const w = await alertWorld();
    await w.link({ name: "first" });
    await w.link({ name: "wants", parameters: { host: { type: "string" } } });
    await w.link({ name: "broken" }, someLink({ match: "1 / 0 == 1" }));
    await w.link({ name: "off", enabled: false });
    await w.link({ name: "last" });
    // What a damaged store, or an older program, may hold.
    await w.link({ name: "strange" }, { match: 5 } as never);
    const taken = await w.send(someAlert());
    expect(taken.started.map(({ action }) => action).sort()).toEqual(["first", "last", "wants"]);
    const [entry] = await w.entries();
    expect(
      Object.fromEntries(entry!.outcomes.map(({ actionName, kind, reason }) => [actionName, [kind, reason]])),
    ).toEqual({
      first: ["started", undefined],
      last: ["started", undefined],
      wants: ["refused", expect.stringContaining('"host" is missing')],
      broken: ["failed", expect.stringContaining("match cannot be evaluated")],
      off: ["disabled", "The action is disabled (enabled: false)."],
      strange: ["failed", expect.any(String)],
    });
    const refused = (await w.history()).find(({ actionName }) => actionName === "wants");
    expect(refused).toMatchObject({ state: "failed", reason: expect.stringContaining('"host" is missing') });
  });

  it("N7: is judged by the links as the server has them now, whatever was true before", async () => {
    const w = await alertWorld();
    const action = await w.link({}, someLink({ match: 'alert.name == "Other"' }));
    expect((await w.send(someAlert())).started).toEqual([]);
    await w.place(
      { ...action.action, alerts: [someLink()] } as Partial<Action>,
      undefined,
      2,
      action.actionId,
    );
    expect((await w.send(someAlert())).started).toHaveLength(1);
    await w.place({ ...action.action, alerts: [] } as Partial<Action>, undefined, 3, action.actionId);
    expect((await w.send(someAlert({ fingerprint: "f-2" }))).started).toEqual([]);
    // A sender names neither an action nor a run: what it says are data.
    const fields = { action: action.action.name, actionId: action.actionId, run: "x" };
    expect((await w.send(someAlert({ fingerprint: "f-3", fields }))).started).toEqual([]);
    expect((await w.history())[0]).toMatchObject({ version: 2 });
  });

  it("meets the action's own condition, with the alert in it", async () => {
    const w = await alertWorld();
    await w.link({ when: 'alert.labels.service != "postgres"' }, someLink({ key: "alert.labels.service" }));
    await w.send(someAlert({ labels: { service: "postgres" }, fingerprint: "f-pg" }));
    await w.send(someAlert());
    expect((await w.history()).map(({ state }) => state).sort()).toEqual(["queued", "skipped"]);
  });
});

describe("when the run starts", () => {
  it("I4: immediately: as soon as the alert fires", async () => {
    const w = await alertWorld();
    await w.service.start();
    await w.link({ type: "scheduled" } as Partial<Action>);
    const { started } = await w.send(someAlert());
    expect(await w.ended({ id: started[0]!.run })).toMatchObject({ state: "succeeded" });
  });

  it("I4: after a delay: so long after it, and not before", async () => {
    const w = await alertWorld();
    await w.service.start();
    await w.link(
      { type: "scheduled" } as Partial<Action>,
      someLink({ start: { kind: "after", delay: 5 * minute } }),
    );
    await w.send(someAlert());
    await w.clock.advance(5 * minute - 1000);
    expect((await w.history())[0]).toMatchObject({ state: "waiting", startedAt: undefined });
    await until(w.clock, async () => (await w.history())[0]?.state === "succeeded");
    const [run] = await w.history();
    expect(run!.startedAt! - run!.createdAt).toBeGreaterThanOrEqual(5 * minute * 1000);
  });

  it("I4: after approval: waits for somebody, with the terms of the link and of the action", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ start: { kind: "approval" } }));
    await w.send(someAlert());
    expect(await w.history()).toMatchObject([
      {
        state: "waiting",
        approval: { state: "asked", quorum: 1, onExpiry: "reject", window: 24 * 60 * minute },
      },
    ]);
  });

  it("I6: is dropped when the alert resolves before its delay is over, with the reason", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ start: { kind: "after", delay: 5 * minute } }));
    const firing = someAlert();
    await w.send([firing, someAlert({ fingerprint: "f-2" })]);
    // Of another receiver, or of another series.
    await w.send(resolved({ receiver: "grafana" }));
    await w.send(resolved({ fingerprint: "f-3" }));
    // The end of a firing that was before this one.
    await w.send(resolved({ startsAt: firing.startsAt! - 1 }));
    expect((await w.history()).map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    await w.send(resolved());
    const runs = await w.history();
    expect(runs.map(({ state }) => state).sort()).toEqual(["skipped", "waiting"]);
    expect(runs.find(({ state }) => state === "skipped")?.reason).toBe(
      "The alert resolved before the delay was over.",
    );
  });

  it("I6: is followed at once when it is dropped: nothing has to wake the server up", async () => {
    const w = await alertWorld();
    await w.link({ name: "later" }, someLink({ start: { kind: "after", delay: 5 * minute } }));
    const events = [{ run: "later", state: "skipped", parameters: {} }];
    await w.link({ name: "instead", events } as Partial<Action>, someLink({ match: "false" }));
    await w.service.start();
    await w.send(someAlert());
    await w.send(resolved());
    await eventually(async () => (await w.history()).some(({ actionName }) => actionName === "instead"));
  });

  it("I6: is left alone when the alert resolves once it is queued, running or asks for approval", async () => {
    const w = await alertWorld("never");
    await w.service.start();
    await w.link({ name: "now", type: "scheduled" } as Partial<Action>);
    await w.link({ name: "asks" }, someLink({ start: { kind: "approval" } }));
    await w.link(
      { name: "later", type: "scheduled" } as Partial<Action>,
      someLink({ start: { kind: "after", delay: 1000 } }),
    );
    await w.send(someAlert());
    const states = async () =>
      Object.fromEntries((await w.history()).map(({ actionName, state }) => [actionName, state]));
    await until(
      w.clock,
      async () => (await states()).later === "running" && (await states()).now === "running",
    );
    await w.send(resolved());
    expect(await states()).toEqual({ now: "running", asks: "waiting", later: "running" });
  });

  it("waits for as long as one of the alerts fires that asked for it", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ key: "alert.labels.service", start: { kind: "after", delay: 5 * minute } }));
    const [one, two] = [{ fingerprint: "f-host1" }, { fingerprint: "f-host2" }];
    await w.send(someAlert(one));
    await w.send(someAlert(two));
    await w.send(resolved(one));
    expect(await w.history()).toMatchObject([{ state: "waiting" }]);
    await w.send(resolved(two));
    expect(await w.history()).toMatchObject([{ state: "skipped" }]);
  });
});

describe("a real-time action", () => {
  it("gets the records of all alerts of one message in one run", async () => {
    const w = await alertWorld();
    await w.link({ type: "realtime" } as Partial<Action>);
    const { started, suppressed } = await w.send([
      someAlert({ fingerprint: "a", inputs: [1, 2] }),
      someAlert({ fingerprint: "b", name: "Other", inputs: [9] }),
      someAlert({ fingerprint: "c", inputs: [{ three: 3 }] }),
    ]);
    expect({ runs: started.length, suppressed }).toEqual({ runs: 1, suppressed: 0 });
    const input = await textOf(await w.parts.blobs.get(started[0]!.run, "input"));
    expect(JSON.parse(input!)).toEqual([1, 2, { three: 3 }]);
    expect(await w.outcomes()).toEqual([
      { state: "firing", count: 1, outcomes: ["started 1"] },
      { state: "firing", count: 1, outcomes: ["started 1"] },
    ]);
  });

  it("has a run for each key, and gets only the records of firings that it has not had", async () => {
    const w = await alertWorld();
    await w.link({ type: "realtime" } as Partial<Action>, someLink({ key: "alert.labels.service" }));
    const of = (service: string, fingerprint: string, inputs: readonly number[]) =>
      someAlert({ labels: { service }, fingerprint, inputs });
    const first = await w.send([of("a", "a1", [1]), of("b", "b1", [2]), of("a", "a2", [3])]);
    expect(first.started).toHaveLength(2);
    await w.service.start();
    for (const { run } of first.started) await w.ended({ id: run });
    const again = await w.send([of("a", "a1", [1]), of("a", "a3", [4]), of("b", "b1", [2])]);
    expect({ runs: again.started.length, suppressed: again.suppressed }).toEqual({ runs: 1, suppressed: 2 });
    expect(await textOf(await w.parts.blobs.get(again.started[0]!.run, "input"))).toBe("[4]");
  });
});
