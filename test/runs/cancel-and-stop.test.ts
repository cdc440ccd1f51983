import { describe, expect, it } from "vitest";
import type { Retries } from "../../src/core/action/action.ts";
import { runsService } from "../../src/runs/index.ts";
import { eventually, instant, isSettled, outcome, through, until, untilAborted, world } from "./world.ts";

const unlimited = { concurrency: { limit: undefined, overlap: "queue" } } as const;
const twice: Retries = { limit: 2, delay: 5000, backoff: "exponential" };
const never = new AbortController().signal;

describe("cancelling", () => {
  it("ends what has not started, and stops what runs, at once", async () => {
    const { service, place, start, ended, tasks } = await world(untilAborted, { workers: 1 });
    await service.start();
    const version = await place({ ...unlimited, retries: twice });
    const running = await start(version);
    await eventually(() => tasks.length === 1);
    const queued = await start(version);
    const cancel = (run: string) =>
      service.cancelRun({ organization: "default", run, actor: "b@example.com" });
    expect(await cancel(queued.id)).toMatchObject({ state: "cancelled" });
    expect(await cancel(running.id)).toMatchObject({ state: "running", cancelAsked: true });
    const end = await service.finished({ organization: "default", run: running.id }, never);
    expect(end).toMatchObject({ state: "cancelled", reason: "Cancelled by b@example.com." });
    await expect(cancel(running.id)).rejects.toMatchObject({ code: "RUN_ENDED" });
    await expect(cancel("none")).rejects.toMatchObject({ code: "RUN_MISSING" });
    expect((await ended(queued)).startedAt).toBeUndefined();
  });

  it("gives up an executor that does not listen", async () => {
    const { service, place, start, ended, tasks } = await world(() => new Promise<never>(() => undefined));
    await service.start();
    const run = await start(await place({ timeout: 100_000_000 }));
    await eventually(() => tasks.length === 1);
    await service.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
    expect(["cancelled", "interrupted"]).toContain((await ended(run)).state);
  });

  it("is not lost when it comes while the end of an attempt is written: there is no other attempt", async () => {
    let asked = false;
    const { service, place, start, ended, parts, store, history } = await world(async () =>
      outcome({ end: "failed" }),
    );
    Object.assign(parts, {
      store: through(store, async (name, call) => {
        const [run] = await history();
        if (name === "record" && run?.startedAt !== undefined && !asked) {
          asked = true;
          await service.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
        }
        return call();
      }),
    });
    await service.start();
    expect(await ended(await start(await place({ retries: twice })))).toMatchObject({
      state: "failed",
      attempt: 1,
    });
    expect(asked).toBe(true);
  });

  it("is what a newer run asks of an older one where the action says replace", async () => {
    let started = 0;
    const { service, place, start, ended, tasks } = await world((task, io) =>
      started++ === 0 ? untilAborted(task, io) : Promise.resolve(outcome()),
    );
    await service.start();
    const version = await place({ concurrency: { limit: 1, overlap: "replace" } });
    const first = await start(version);
    await eventually(() => tasks.length === 1);
    const second = await start(version);
    expect((await ended(second)).state).toBe("succeeded");
    expect((await ended(first)).state).toBe("cancelled");
  });
});

describe("starting and stopping the service", () => {
  it("may be asked for again and again, and together", async () => {
    const { service, place, start, ended } = await world(async () => outcome());
    await Promise.all([service.start(), service.start()]);
    const run = await start(await place());
    await ended(run);
    await Promise.all([service.stop(), service.stop()]);
    await service.stop();
    await service.start();
    expect((await ended(await start(await place()))).state).toBe("succeeded");
  });

  it("waits for what runs, and takes nothing new", async () => {
    let finish: () => void = () => undefined;
    const { service, place, start, store, tasks } = await world(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return outcome();
    });
    await service.start();
    const version = await place(unlimited);
    const run = await start(version);
    await eventually(() => tasks.length === 1);
    const stopped = service.stop(60_000);
    const later = await start(version);
    finish();
    await stopped;
    expect(await store.get("default", run.id)).toMatchObject({ state: "succeeded" });
    expect(await store.get("default", later.id)).toMatchObject({ state: "queued" });
  });

  it("interrupts what does not end in time; what has retries left goes on with the next server", async () => {
    let started = 0;
    const { service, place, start, store, tasks, clock, parts, lines } = await world((task, io) =>
      started++ < 2 ? untilAborted(task, io) : Promise.resolve(outcome()),
    );
    await service.start();
    const lost = await start(await place(unlimited));
    const again = await start(await place({ ...unlimited, retries: twice }));
    await eventually(() => tasks.length === 2);
    const stopped = service.stop(5000);
    await until(clock, () => isSettled(stopped));
    expect(await store.get("default", lost.id)).toMatchObject({
      state: "interrupted",
      reason: "The server stopped while it ran.",
      cause: "lost",
      duration: 5,
      peakMemory: 1000,
    });
    expect(await store.get("default", again.id)).toMatchObject({ state: "queued", attempt: 2 });
    const next = runsService(parts);
    await next.start();
    await until(clock, async () => (await store.get("default", again.id))?.state === "succeeded");
    await next.stop();
    expect(await lines(again)).toContain("system: Attempt 2 of 3.");
  });

  it("forgets old runs with their files, and only those", async () => {
    const { service, place, start, ended, history, clock, parts, lines } = await world(
      async (_, { output }) => {
        await output({ at: instant, stream: "stdout", level: undefined, text: "said" });
        return outcome({ result: Buffer.from("[]") });
      },
      { retention: { keep: 2, days: 90 } },
    );
    await service.start();
    const version = await place(unlimited);
    const runs = [];
    for (let n = 0; n < 5; n += 1) {
      runs.push(await ended(await start(version)));
      await clock.advance(1000);
    }
    await clock.advance(3_600_000);
    await eventually(async () => (await history()).length === 2);
    const [first, last] = [runs[0], runs[4]];
    if (first === undefined || last === undefined) throw new Error("no runs");
    expect(await lines(first)).toEqual([]);
    expect(await parts.blobs.get(first.id, "result")).toBeUndefined();
    expect(await lines(last)).toEqual(["stdout: said"]);
  });
});
