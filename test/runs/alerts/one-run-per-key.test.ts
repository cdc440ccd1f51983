import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/core/action/action.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { inProcessBell, runsService } from "../../../src/runs/index.ts";
import { alertWorld, resolved, someAlert, someLink } from "./alert-world.ts";

const minute = 60_000;
const second = 1_000_000;
const serviceOf = ({ alert }: Run) => (alert!.labels as JsonObject).service;

/** Ends every run that is queued, as a worker would. */
async function endAll(w: Awaited<ReturnType<typeof alertWorld>>): Promise<void> {
  for (const run of (await w.history()).filter(({ state }) => state === "queued" || state === "waiting"))
    await w.service.cancelRun({ organization: "default", run: run.id, actor: "x@example.com" });
}

describe("one run per key", () => {
  it("I6: starts no second run while the first waits or runs, by any receiver and alert of the key", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ key: "alert.labels.service" }));
    await w.send(someAlert());
    await w.send([
      someAlert(),
      someAlert({ fingerprint: "f-other" }),
      someAlert({ receiver: "alertmanager", fingerprint: "f-php", labels: { service: "php" } }),
    ]);
    await w.send(someAlert({ receiver: "grafana", fingerprint: "f-grafana" }));
    expect((await w.history()).map(serviceOf).sort()).toEqual(["nginx", "php"]);
    const [entry] = (await w.entries()).filter(({ receiver }) => receiver === "grafana");
    const nginx = (await w.history()).find(({ alert }) => alert?.fingerprint === "f-nginx");
    expect(entry?.outcomes).toMatchObject([
      { kind: "alive", run: nginx?.id, reason: `Run ${nginx?.id} of the same key has not ended.` },
    ]);
  });

  it("has the fingerprint as its key, and none for real-time actions", async () => {
    const w = await alertWorld();
    await w.link({ name: "runbook" });
    await w.link({ name: "realtime", type: "realtime" } as Partial<Action>);
    // Without startsAt each message fires anew.
    for (let times = 0; times < 3; times += 1) await w.send(someAlert({ startsAt: undefined }));
    const names = (await w.history()).map(({ actionName }) => actionName).sort();
    expect(names).toEqual(["realtime", "realtime", "realtime", "runbook"]);
    expect(await w.entries()).toMatchObject([{ count: 3 }]);
  });

  it("I6: starts nothing again for a firing that was dealt with, until it fires anew", async () => {
    const w = await alertWorld();
    await w.link();
    await w.send(someAlert());
    await endAll(w);
    expect(await w.send(someAlert())).toMatchObject({ started: [], suppressed: 1 });
    await w.send(resolved());
    const again = someAlert({ startsAt: someAlert().startsAt! + 600 * second });
    expect((await w.send(again)).started).toHaveLength(1);
    expect(await w.outcomes()).toEqual(
      expect.arrayContaining([
        { state: "firing", count: 2, outcomes: ["repeated 1", "started 1"] },
        { state: "resolved", count: 1, outcomes: [] },
        { state: "firing", count: 1, outcomes: ["started 1"] },
      ]),
    );
  });

  it("fires anew with each message where the sender does not say since when", async () => {
    const w = await alertWorld();
    await w.link();
    const alert = someAlert({ startsAt: undefined });
    await w.send(alert);
    await endAll(w);
    expect((await w.send(alert)).started).toHaveLength(1);
  });

  it("starts again after the cool-down, counted from the start, and by that alone", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ cooldown: 10 * minute }));
    await w.send(someAlert());
    await endAll(w);
    await w.clock.advance(10 * minute - 1);
    expect(await w.send(someAlert())).toMatchObject({ started: [], suppressed: 1 });
    expect((await w.entries())[0]?.outcomes.map(({ kind, reason }) => [kind, reason])).toContainEqual([
      "cooldown",
      "The last start of the same key was less than the link's cooldown of 600 s ago.",
    ]);
    await w.clock.advance(1);
    // Still the same firing.
    expect((await w.send(someAlert())).started).toHaveLength(1);
    await w.clock.advance(10 * minute);
    expect(await w.send(someAlert())).toMatchObject({ started: [], suppressed: 1 });
  });

  it("keeps a cool-down and what was dealt with across restarts, and when the run is forgotten", async () => {
    const w = await alertWorld();
    await w.link({ name: "cools" }, someLink({ cooldown: 10 * minute }));
    await w.link({ name: "once" });
    await w.send(someAlert());
    await endAll(w);
    await w.store.remove((await w.history()).map(({ id }) => id));
    const next = runsService({ ...w.parts, bell: inProcessBell() });
    const message = {
      ...{ organization: "default", receiver: "alertmanager", sender: "a@example.com", address: undefined },
      alerts: [someAlert()],
    };
    expect(await next.receiveAlerts(message)).toMatchObject({ started: [], suppressed: 2 });
    await w.clock.advance(10 * minute);
    expect((await next.receiveAlerts(message)).started).toMatchObject([{ action: "cools" }]);
  });

  it("counts no cool-down for a run that was dropped, as nothing was done", async () => {
    const w = await alertWorld();
    await w.link({}, someLink({ cooldown: 60 * minute, start: { kind: "after", delay: minute } }));
    await w.send(someAlert());
    await w.send(resolved());
    expect((await w.send(someAlert({ startsAt: someAlert().startsAt! + second }))).started).toHaveLength(1);
    expect((await w.history()).map(({ state }) => state).sort()).toEqual(["skipped", "waiting"]);
  });

  it("makes one run of many messages at the same time, and leaves no file of the others", async () => {
    const w = await alertWorld();
    await w.link({ type: "realtime" } as Partial<Action>, someLink({ key: "alert.labels.service" }));
    const messages = Array.from({ length: 50 }, (_, number) =>
      w.send(someAlert({ fingerprint: `f-${number}` })),
    );
    const taken = await Promise.all(messages);
    expect(taken.flatMap(({ started }) => started)).toHaveLength(1);
    expect(taken.reduce((all, { suppressed }) => all + suppressed, 0)).toBe(49);
    const files = readdirSync(join(w.folder, "io"), { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile())).toHaveLength(1);
  });
});
