import { describe, expect, it } from "vitest";
import type { Schedule } from "../../src/core/action/action.ts";
import { isFinal } from "../../src/core/run/run.ts";
import { inProcessBell, runsService } from "../../src/runs/index.ts";
import { StoreError } from "../../src/store/index.ts";
import { instant, isSettled, outcome, through, until, untilAborted, world } from "./world.ts";

/*
 * Everything that a run's life asks of the store, and at each of these calls, in turn, an accident: before the
 * call was carried out, or after it was and the answer got lost.
 */

const schedule: Schedule = {
  timing: { kind: "at", at: instant + 5_000_000 },
  timezone: "UTC",
  catchUp: "last",
  startDeadline: undefined,
  parameters: {},
};
const retries = { limit: 1, delay: 2000, backoff: "constant" } as const;
type Accident = "before" | "after";

/** A world in which call number `at` has an accident; `crash`: and the process with it. */
async function accidentAt(at: number, accident: Accident, crash: boolean) {
  let [calls, dead, happened] = [0, false, false];
  const attempts = new Map<string, number>();
  const made = await world(
    (task, io) => {
      if (task.env.KIND === "endless") return untilAborted(task, io);
      const attempt = (attempts.get(task.run) ?? 0) + 1;
      attempts.set(task.run, attempt);
      return Promise.resolve(
        outcome({ end: task.env.KIND === "flaky" && attempt === 1 ? "failed" : "succeeded" }),
      );
    },
    { workers: 2 },
  );
  const faulty = through(made.store, async (_, call) => {
    if (dead) throw new StoreError("CLOSED", "The store is closed.");
    calls += 1;
    if (calls !== at) return call();
    happened = true;
    dead = crash;
    if (accident === "after") await call();
    throw new StoreError(crash ? "CLOSED" : "UNAVAILABLE", "the accident");
  });
  const first = runsService({
    ...made.parts,
    store: faulty,
    bell: crash ? inProcessBell() : made.parts.bell,
  });
  return { ...made, first, happened: () => happened };
}

/** Lets three kinds of runs live: one of a tick, one that is tried again, one that is cancelled. */
async function live(made: Awaited<ReturnType<typeof accidentAt>>): Promise<readonly string[]> {
  const { first, place, clock } = made;
  await place({ schedule, name: "ticking" }, instant + 5_000_000);
  const flaky = await place({ env: { KIND: "flaky" }, retries });
  const endless = await place({ env: { KIND: "endless" } });
  await first.start().catch(() => undefined);
  const acknowledged: string[] = [];
  for (const { actionId, organization } of [flaky, endless]) {
    const asked = {
      trigger: { kind: "manual" },
      actor: "a",
      parameters: {},
      input: undefined,
      key: actionId,
    } as const;
    const run = await first.startRun({ organization, actionId, ...asked }).catch(() => undefined);
    if (run !== undefined) acknowledged.push(run.id);
  }
  await clock.advance(8000);
  for (const run of acknowledged)
    await first.cancelRun({ organization: "default", run, actor: "b" }).catch(() => undefined);
  await clock.advance(8000);
  return acknowledged;
}

async function converged(made: Awaited<ReturnType<typeof accidentAt>>, acknowledged: readonly string[]) {
  await until(made.clock, async () => {
    const runs = await made.history();
    return (
      runs.every((run) => isFinal(run.state)) &&
      runs.filter((run) => run.actionName === "ticking").length === 1
    );
  });
  const runs = await made.history();
  for (const run of acknowledged) expect(runs.map(({ id }) => id)).toContain(run);
  for (const run of runs) expect(run.reason === undefined).toBe(run.state === "succeeded");
  const due = await made.store.due(made.clock.now(), 10);
  expect(due).toMatchObject({ ticks: [], lost: [], delays: [] });
}

describe.each<Accident>(["before", "after"])("an accident %s a call of the store", (accident) => {
  it("that takes the process with it: the next server brings every run to its end", async () => {
    for (let at = 1; ; at += 1) {
      const made = await accidentAt(at, accident, true);
      const acknowledged = await live(made);
      if (!made.happened()) {
        expect(at).toBeGreaterThan(20);
        await ended(made);
        return;
      }
      await ended(made);
      await made.service.start();
      // Nobody cancels what began again.
      await made.clock.advance(5000);
      for (const run of await made.history())
        if (!isFinal(run.state))
          await made.service
            .cancelRun({ organization: "default", run: run.id, actor: "c" })
            .catch(() => undefined);
      await converged(made, acknowledged);
    }
  }, 120_000);

  it("that passes: the same server brings every run to its end", async () => {
    for (let at = 1; ; at += 1) {
      const made = await accidentAt(at, accident, false);
      const acknowledged = await live(made);
      // The accident may have hit the start, or the cancel: a user asks again.
      await made.first.start();
      for (const run of await made.history())
        if (!isFinal(run.state))
          await made.service
            .cancelRun({ organization: "default", run: run.id, actor: "c" })
            .catch(() => undefined);
      await converged(made, acknowledged);
      await ended(made);
      if (!made.happened()) return;
    }
  }, 120_000);
});

async function ended({ first, clock }: Awaited<ReturnType<typeof accidentAt>>): Promise<void> {
  const stopped = first.stop(0);
  await until(clock, () => isSettled(stopped));
}
