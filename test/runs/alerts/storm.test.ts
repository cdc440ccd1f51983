import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/core/action/action.ts";
import { alertWorld, resolved, someAlert, someLink } from "./alert-world.ts";

const minute = 60_000;
const alertLimits = { perAction: 3, perReceiver: 10 };
const of = (number: number) => someAlert({ fingerprint: `f-${number}` });
const range = (count: number) => Array.from({ length: count }, (_, number) => number);

describe("a storm of alerts", () => {
  it("starts an action so many times a minute; the rest is told of and may start later", async () => {
    const w = await alertWorld("at once", { alertLimits });
    const action = await w.link();
    const taken = await w.send(range(8).map(of));
    expect([taken.started.length, taken.suppressed]).toEqual([3, 5]);
    const limited = (await w.entries()).filter(({ outcomes }) => outcomes[0]?.kind === "limited");
    expect(limited).toHaveLength(5);
    expect(limited[0]?.outcomes[0]?.reason).toContain("3 times a minute");
    expect(await w.alerts.overflow({ organization: "default", limit: 10 })).toEqual([
      { of: "action", name: action.actionId, count: 5, firstAt: w.clock.now(), lastAt: w.clock.now() },
    ]);
    // A third of a minute lets one through.
    await w.clock.advance(minute / 3);
    const later = await w.send(range(8).map(of));
    expect([later.started.length, later.suppressed]).toEqual([1, 7]);
    // Those that had started were dealt with.
    expect(later.started[0]).toBeDefined();
  });

  it("takes so many new alerts of a receiver a minute; the rest is counted, and starts nothing", async () => {
    const w = await alertWorld("at once", { alertLimits: { ...alertLimits, perAction: 100 } });
    await w.link();
    const taken = await w.send(range(25).map(of));
    expect(taken).toMatchObject({ received: 25, suppressed: 15 });
    expect(taken.started).toHaveLength(10);
    // What says the same again is no new alert, nor is the end of a firing that was let in.
    expect(await w.send([of(1), resolved({ fingerprint: "f-2" })])).toMatchObject({ suppressed: 1 });
    await w.clock.advance(1000);
    await w.send(range(5).map((number) => of(100 + number)));
    const [counted] = await w.alerts.overflow({ organization: "default", limit: 10 });
    expect(counted).toMatchObject({ of: "receiver", name: "alertmanager", count: 20 });
    expect(counted!.lastAt - counted!.firstAt).toBe(1_000_000);
    expect((await w.entries()).reduce((all, { count }) => all + count, 0)).toBe(12);
    const [name] = (await w.alerts.names({ organization: "default", limit: 10, cursor: undefined })).items;
    expect(name).toMatchObject({ received: 12, started: 10, suppressed: 1, state: "resolved" });
    // Another receiver has its own limit.
    expect((await w.send({ ...of(200), receiver: "grafana" })).started).toHaveLength(1);
  });

  it("ends waiting runs of what resolves, whatever the limit", async () => {
    const w = await alertWorld("at once", { alertLimits });
    await w.link({}, someLink({ start: { kind: "after", delay: minute } }));
    await w.send(of(1));
    await w.send(range(30).map((number) => of(100 + number)));
    await w.send(resolved({ fingerprint: "f-1" }));
    const dropped = (await w.history()).filter(({ state }) => state === "skipped");
    expect(dropped.map(({ alert }) => alert?.fingerprint)).toEqual(["f-1"]);
  });

  it("makes no runs and writes no files for what is suppressed", async () => {
    const w = await alertWorld();
    await w.link({ type: "realtime" } as Partial<Action>, someLink({ key: "alert.name" }));
    let puts = 0;
    const { put } = w.parts.blobs;
    Object.assign(w.parts.blobs, {
      put: (...args: Parameters<typeof put>) => {
        puts += 1;
        return put(...args);
      },
    });
    for (const number of range(20)) await w.send(of(number));
    expect(puts).toBe(1);
    expect(readdirSync(join(w.folder, "io"), { recursive: true }).length).toBeGreaterThan(0);
    expect(await w.history()).toHaveLength(1);
  });

  it("keeps of one name what was heard last, within bounds", async () => {
    const w = await alertWorld("at once", { alertLimits: { perAction: 1, perReceiver: 1_000_000 } });
    await w.send(range(1_005).map(of));
    const left = await w.entries();
    expect(left).toHaveLength(1_000);
    const [name] = (await w.alerts.names({ organization: "default", limit: 10, cursor: undefined })).items;
    expect(name?.received).toBe(1_005);
  });

  it("shortens what is long for the history, not for the run", async () => {
    const w = await alertWorld();
    await w.link();
    const text = "x".repeat(3_000);
    const labels = Object.fromEntries(range(20).map((number) => [`label_${number}`, text]));
    await w.send(someAlert({ labels }));
    const [entry] = await w.entries();
    expect(JSON.stringify(entry?.labels).length).toBeLessThan(9_000);
    expect(entry?.labels.label_0).toBe(`${"x".repeat(1_024)}…`);
    expect((await w.history())[0]?.alert?.labels).toMatchObject({ label_0: text });
  });
});
