import { describe, expect, it } from "vitest";
import type { Schedule } from "../../src/core/action/action.ts";
import type { Run } from "../../src/core/run/run.ts";
import { nextFire } from "../../src/core/schedule/compile-schedule.ts";
import { runsService } from "../../src/runs/index.ts";
import { newRun } from "../contract/run-store.ts";
import { eventually, instant, outcome, through, until, untilAborted, world } from "./world.ts";

const minute = 60_000;
const cron = (expression: string, fields: Partial<Schedule> = {}): Schedule => ({
  timing: { kind: "cron", expression },
  timezone: "UTC",
  catchUp: "none",
  startDeadline: undefined,
  parameters: {},
  ...fields,
});
const unlimited = { concurrency: { limit: undefined, overlap: "queue" } } as const;
const fires = (runs: readonly Run[]) =>
  runs.map((run) => (run.trigger.kind === "schedule" ? run.trigger.fire : undefined)).sort();
const inState = (runs: readonly Run[], state: Run["state"]) => runs.filter((run) => run.state === state);

/** A service on which nothing ran for a while, with an action that was due meanwhile. */
async function afterAbsence(schedule: Schedule, absence: number) {
  const made = await world(async () => outcome());
  const version = await made.place({ schedule, ...unlimited }, nextFire(schedule, instant));
  made.clock.set(instant + absence * 1000);
  await made.service.start();
  await until(made.clock, async () => {
    const runs = await made.history();
    return runs.length > 0 && runs.every((run) => run.state !== "queued" && run.state !== "running");
  });
  return { ...made, version };
}

describe("schedules", () => {
  it("start one run for each tick, at its time", async () => {
    const schedule = cron("*/5 * * * *");
    const { service, place, history, clock } = await world(async () => outcome());
    await place({ schedule }, nextFire(schedule, instant));
    await service.start();
    for (let n = 0; n < 60; n += 1) {
      await clock.advance(minute);
      await new Promise(setImmediate);
    }
    await until(clock, async () => inState(await history(), "succeeded").length >= 12);
    const runs = inState(await history(), "succeeded").slice(-12);
    expect(new Set(fires(runs)).size).toBe(12);
    for (const run of runs) {
      if (run.trigger.kind !== "schedule") throw new Error("another trigger");
      expect(run).toMatchObject({ actor: "system", attempt: 1 });
      expect(run.createdAt - run.trigger.fire).toBeLessThan(60_000_000);
    }
  });

  it.each(["none", "last"] as const)(
    "come to the next tick in time after one that was dealt with late, whatever became of it (catchUp %s)",
    async (catchUp) => {
      const schedule = cron("*/5 * * * *", { catchUp });
      const { service, place, history, clock } = await world(untilAborted);
      await place({ schedule, ...unlimited }, nextFire(schedule, instant));
      clock.set(instant + 595_000_000);
      await service.start();
      await eventually(async () => (await history()).length > 0);
      await clock.advance(5_000);
      await eventually(async () => fires(await history()).includes(instant + 600_000_000));
    },
  );

  it("start nothing of a tick that was missed, and tell it", async () => {
    const { history } = await afterAbsence(cron("0 * * * *"), 3.5 * 60 * minute);
    const [skipped, ...others] = await history();
    expect(others).toEqual([]);
    expect(skipped).toMatchObject({ state: "skipped", startedAt: undefined });
    expect(skipped?.reason).toMatch(/^[34] ticks from \S+Z to \S+Z were missed .*\(catchUp none\)\.$/);
  });

  it("catch up with the last tick, or with all, and say in the log how late", async () => {
    const last = await afterAbsence(cron("0 * * * *", { catchUp: "last" }), 3.5 * 60 * minute);
    const [run] = inState(await last.history(), "succeeded");
    expect(inState(await last.history(), "succeeded")).toHaveLength(1);
    expect(inState(await last.history(), "skipped")).toHaveLength(1);
    expect(run && (await last.lines(run))[0]).toMatch(/^system: The tick of \S+Z, started \d+ min late\.$/);
    const all = await afterAbsence(cron("0 * * * *", { catchUp: "all" }), 3.5 * 60 * minute);
    expect(inState(await all.history(), "succeeded").length).toBeGreaterThanOrEqual(3);
    expect(inState(await all.history(), "skipped")).toEqual([]);
  });

  it("start `once` once, however late, and never again", async () => {
    const schedule: Schedule = { ...cron(""), timing: { kind: "once" } };
    const { service, place, history, clock } = await world(async () => outcome());
    await place({ schedule }, instant);
    clock.set(instant + 30 * 24 * 60 * minute * 1000);
    await service.start();
    await until(clock, async () => inState(await history(), "succeeded").length === 1);
    await clock.advance(3 * 60 * minute);
    expect((await history()).map((run) => run.trigger)).toEqual([{ kind: "once" }]);
  });

  it("tell why an action cannot run, in its history, at each tick", async () => {
    const { history } = await afterAbsence(cron("* * * * *", { catchUp: "last" }), 30_000);
    expect(await history()).not.toEqual([]);
    const schedule = cron("*/5 * * * *");
    const { service, place, history: told, clock, tasks } = await world(async () => outcome());
    const parameters = { count: { type: "integer" } };
    await place({ schedule, parameters }, nextFire(schedule, instant));
    await service.start();
    await until(clock, async () => (await told()).length === 2);
    expect(inState(await told(), "failed")).toHaveLength(2);
    expect((await told())[0]?.reason).toContain("count");
    expect(tasks).toEqual([]);
  });

  it("start nothing where the condition of the action is not met", async () => {
    const schedule = cron("*/5 * * * *");
    const { service, place, history, clock, tasks } = await world(async () => outcome());
    await place({ schedule, when: "run.trigger != 'schedule'" }, nextFire(schedule, instant));
    await service.start();
    await until(clock, async () => (await history()).length === 2);
    expect(inState(await history(), "skipped")).toHaveLength(2);
    expect((await history())[0]?.reason).toBe("The condition is not met: run.trigger != 'schedule'");
    expect(tasks).toEqual([]);
  });

  it("that do not work any more stop themselves and none of the others", async () => {
    const good = cron("*/5 * * * *");
    const bad = { ...good, timezone: "Atlantis/Capital" };
    const { service, place, history, clock } = await world(async () => outcome());
    const broken = await place({ schedule: bad }, instant + 1);
    await place({ schedule: good }, nextFire(good, instant));
    await service.start();
    await until(clock, async () => inState(await history(), "succeeded").length === 2);
    const ofBroken = (await history()).filter((run) => run.actionId === broken.actionId);
    expect(ofBroken).toHaveLength(1);
    expect(ofBroken[0]).toMatchObject({ state: "failed" });
    expect(ofBroken[0]?.reason).toMatch(/^Its schedule does not work on this server and was stopped/);
  });

  it("of an action that was disabled since start nothing", async () => {
    const schedule = cron("*/5 * * * *");
    const { service, place, history, clock, store } = await world(async () => outcome());
    await place({ schedule, enabled: false }, instant + 1);
    await service.start();
    await clock.advance(10 * minute);
    await eventually(async () => (await store.due(clock.now(), 10)).ticks.length === 0);
    expect(await history()).toEqual([]);
  });

  it("fire once when two services look at one store, and when the clock is set back", async () => {
    const schedule = cron("*/5 * * * *");
    const { service, place, history, clock, parts } = await world(async () => outcome(), {
      ownsStore: false,
    });
    const other = runsService(parts);
    await place({ schedule, ...unlimited }, nextFire(schedule, instant));
    await Promise.all([service.start(), other.start()]);
    await until(clock, async () => inState(await history(), "succeeded").length === 3);
    clock.set(clock.now() - 12 * minute * 1000);
    await until(clock, async () => inState(await history(), "succeeded").length === 6);
    await other.stop();
    const all = fires(await history());
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("what waits", () => {
  it("starts when its delay is over", async () => {
    const { service, place, store, ended, clock } = await world(async () => outcome());
    await service.start();
    const delayed = newRun(await place(), { state: "waiting", dueAt: instant + 10 * minute * 1000 });
    await store.create([delayed], undefined);
    await clock.advance(9 * minute);
    expect((await store.get("default", delayed.id))?.state).toBe("waiting");
    const run = await ended(delayed);
    expect(run.state).toBe("succeeded");
    expect(run.startedAt).toBeGreaterThanOrEqual(delayed.dueAt);
  });

  it("is found again when its worker is gone, by whoever looks", async () => {
    let dead = false;
    const { service, place, start, ended, parts, clock, tasks } = await world(
      () => new Promise<never>(() => undefined),
      { ownsStore: false },
    );
    const gone = runsService({
      ...parts,
      store: through(parts.store, (_, call) => (dead ? Promise.reject(new Error("gone")) : call())),
    });
    await gone.start();
    const run = await start(await place());
    await until(clock, () => tasks.length === 1);
    dead = true;
    await service.start();
    const end = await ended(run);
    expect(end).toMatchObject({ state: "interrupted", reason: "Its worker was not heard of any more." });
    expect((end.endedAt ?? 0) - instant).toBeGreaterThanOrEqual(30 * 1_000_000);
    void gone.stop(0);
  });

  it("is found at once by a server that starts alone, and stopped where it still runs", async () => {
    let stopped: unknown;
    const { service, place, start, parts, clock, tasks, store } = await world(
      (_, { signal }) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () => {
            stopped = signal.reason;
            resolve(outcome({ end: "cancelled" }));
          }),
        ),
      { ownsStore: false },
    );
    await service.start();
    const run = await start(await place());
    await eventually(() => tasks.length === 1);
    await clock.advance(1);
    const alone = runsService({ ...parts, ownsStore: true });
    await alone.start();
    await eventually(async () => (await store.get("default", run.id))?.state === "interrupted");
    const end = await store.get("default", run.id);
    expect(end).toMatchObject({ reason: "The server ended while it ran.", endedAt: clock.now() });
    await until(clock, () => stopped !== undefined);
    expect(stopped).toBe("lease lost");
    await alone.stop();
  });
});
