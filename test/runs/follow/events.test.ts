import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parameterSealer } from "../../../src/access/index.ts";
import type { Action, EventLink } from "../../../src/core/action/action.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { runsService } from "../../../src/runs/index.ts";
import { outcome, textOf, through, until, world } from "../world.ts";

const on = (run: string, state: string, parameters: EventLink["parameters"] = {}): EventLink => ({
  run,
  state,
  parameters,
});
const runbook = (name: string, fields: Partial<Action> = {}): Partial<Action> =>
  ({
    type: "runbook",
    mode: "triggered",
    name,
    steps: [],
    concurrency: { limit: undefined, overlap: "queue" },
    ...fields,
  }) as Partial<Action>;
const failing = async () => outcome({ end: "failed", reason: "it broke" });
const named = (runs: readonly Run[], name: string) => runs.filter(({ actionName }) => actionName === name);

describe("events", () => {
  it("start an action when a run of another one ends in that state, and in no other", async () => {
    const { service, place, start, ended, history, clock } = await world(failing);
    const check = await place({ name: "check" });
    await place(runbook("repair", { events: [on("check", "failed")] }));
    await place(runbook("cheer", { events: [on("check", "succeeded")] }));
    await service.start();
    const failed = await ended(await start(check));
    await until(clock, async () => named(await history(), "repair")[0]?.state === "succeeded");
    const [repair] = named(await history(), "repair");
    expect(repair).toMatchObject({
      actor: "system",
      trigger: { kind: "event", run: failed.id, action: "check", state: "failed", depth: 1 },
    });
    expect(named(await history(), "cheer")).toEqual([]);
  });

  it("give parameters from the run that ended, without its secret ones, and check them", async () => {
    const sealer = parameterSealer(randomBytes(32));
    const { service, place, start, ended, history, clock } = await world(async () => outcome(), { sealer });
    const deploy = await place(
      runbook("deploy", {
        parameters: { service: { type: "string" }, token: { type: "string", secret: true } },
      }),
    );
    const parameters = { about: { type: "string" }, why: { type: "string", maxLength: 5 } };
    await place(
      runbook("report", {
        parameters,
        events: [
          on("deploy", "succeeded", {
            about: "${{ run.parameters.service }} by ${{ run.actor }} of ${{ run.id }}",
            why: "short",
          }),
          on("deploy", "succeeded", { about: "${{ run.parameters.token }}", why: "short" }),
          on("deploy", "succeeded", { about: "x", why: "far too long" }),
        ],
      }),
    );
    await service.start();
    const run = await ended(await start(deploy, { parameters: { service: "nginx", token: "s3cret-value" } }));
    await until(clock, async () => named(await history(), "report").length === 3);
    const reports = named(await history(), "report").map(({ state, reason, parameters: given }) => ({
      state: state === "failed" ? "failed" : "started",
      reason,
      given,
    }));
    expect(reports.filter(({ state }) => state === "started")).toMatchObject([
      { given: { about: `nginx by a@example.com of ${run.id}`, why: "short" } },
    ]);
    const reasons = reports.flatMap(({ reason }) => reason ?? []).join("\n");
    expect(reasons).toMatch(/The event's parameter about cannot be evaluated: .*token/);
    expect(reasons).toContain('"why" must NOT have more than 5 characters');
    expect(JSON.stringify(await history())).not.toContain("s3cret-value");
  });

  it("hand a real-time action the run as its one record", async () => {
    const { service, place, start, ended, history, clock, parts } = await world(failing);
    const check = await place({ name: "check" });
    await place({ type: "realtime", name: "store_it", keepState: false, events: [on("check", "failed")] });
    await service.start();
    const failed = await ended(await start(check));
    await until(clock, async () => named(await history(), "store_it").length === 1);
    const [{ id } = { id: "" }] = named(await history(), "store_it");
    expect(JSON.parse((await textOf(await parts.blobs.get(id, "input"))) ?? "")).toMatchObject([
      { event: "run", run: { id: failed.id, action: "check", state: "failed", reason: "it broke" } },
    ]);
  });

  it("follow runs that end as they are created: skipped by a condition", async () => {
    const { service, place, start, history, clock } = await world(async () => outcome());
    const check = await place(runbook("check", { when: "1 > 2" }));
    await place(runbook("log_it", { events: [on("check", "skipped")] }));
    await service.start();
    await start(check);
    await until(clock, async () => named(await history(), "log_it")[0]?.state === "succeeded");
  });

  it("never start an action that is disabled or gone, nor for one that was renamed away", async () => {
    const { service, place, start, ended, history, clock, store } = await world(failing);
    const check = await place({ name: "check" });
    await place(runbook("off", { enabled: false, events: [on("check", "failed")] }));
    const before = await place(runbook("was_on", { events: [on("check", "failed")] }));
    await store.place({ ...before, number: 2, action: { ...before.action, enabled: false } }, undefined);
    await service.start();
    await ended(await start(check));
    await until(clock, async () => (await store.due(clock.now(), 10)).followups.length === 0);
    expect(await history()).toHaveLength(1);
  });

  it("stop where actions would start one another without end, and say so", async () => {
    const { service, place, start, history, clock } = await world(failing);
    const a = await place({ name: "a", events: [on("b", "failed"), on("b", "skipped")] });
    await place({ name: "b", events: [on("a", "failed"), on("a", "skipped")] });
    await service.start();
    await start(a);
    await until(clock, async () => (await history()).length === 3);
    await clock.advance(120_000);
    const runs = await history();
    expect(runs).toHaveLength(3);
    expect(runs.find(({ state }) => state === "skipped")).toMatchObject({
      actionName: "a",
      reason: "Not started: it would start itself without end (a → b → a).",
    });
  });

  it("stop after a long chain, and say so", async () => {
    const { service, place, start, history, clock } = await world(failing);
    const first = await place({ name: "c0" });
    for (let n = 1; n <= 12; n += 1) await place({ name: `c${n}`, events: [on(`c${n - 1}`, "failed")] });
    await service.start();
    await start(first);
    await until(clock, async () => (await history()).some(({ state }) => state === "skipped"));
    await clock.advance(120_000);
    const runs = await history();
    expect(named(runs, "c9")).toMatchObject([
      { state: "skipped", reason: "Not started: 8 runs have started one another by events already." },
    ]);
    expect(runs).toHaveLength(10);
  });

  it("go on where the server ended between a run's end and what follows", async () => {
    let broken = true;
    const made = await world(failing);
    const store = through(made.store, async (name, call) => {
      if (broken && name === "follow") throw new Error("the disk is full");
      return call();
    });
    const service = runsService({ ...made.parts, store });
    const check = await made.place({ name: "check" });
    await made.place(runbook("repair", { events: [on("check", "failed")] }));
    await service.start();
    await made.ended(await made.start(check));
    await until(made.clock, () => made.reports.length > 0);
    const stopped = service.stop(0);
    await until(made.clock, async () => {
      await stopped;
      return true;
    });
    expect(named(await made.history(), "repair")).toEqual([]);
    broken = false;
    await made.service.start();
    await until(made.clock, async () => named(await made.history(), "repair").length === 1);
  });
});
