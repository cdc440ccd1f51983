import { describe, expect, it } from "vitest";
import type { Retries } from "../../src/core/action/action.ts";
import { inProcessBell, runsService } from "../../src/runs/index.ts";
import {
  eventually,
  instant,
  isSettled,
  linesOf,
  outcome,
  through,
  until,
  untilAborted,
  world,
} from "./world.ts";

const unlimited = { concurrency: { limit: undefined, overlap: "queue" } } as const;
const twice: Retries = { limit: 2, delay: 5000, backoff: "exponential" };
const never = new AbortController().signal;

describe("the life of a run", () => {
  it("ends as failed without a start when its account may not run it", async () => {
    const refused = "The account may not read the script.";
    const { service, place, start, ended, tasks } = await world(async () => outcome(), {
      credentials: { forRun: async () => ({ refused }) },
    });
    await service.start();
    const run = await ended(await start(await place({ retries: twice })));
    expect(run).toMatchObject({ state: "failed", reason: refused, attempt: 1, startedAt: undefined });
    expect(tasks).toEqual([]);
  });

  it.each([
    ["credentials", { credentials: { forRun: () => Promise.reject(new Error("no answer")) } }],
    ["packages", { environments: { prepare: () => Promise.reject(new Error("no answer")) } }],
    ["anything, for ever", { environments: { prepare: () => new Promise<never>(() => undefined) } }],
  ])("ends as failed when it cannot get its %s", async (_, parts) => {
    const { service, place, start, ended } = await world(async () => outcome(), parts);
    await service.start();
    const run = await ended(await start(await place()));
    expect(run).toMatchObject({ state: "failed", reason: expect.stringContaining("could not be prepared") });
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("secret detail")), "interrupted"],
    [
      "throws",
      () => {
        throw new Error("secret detail");
      },
      "interrupted",
    ],
    ["answers nothing", async () => undefined as never, "interrupted"],
    ["invents an end", async () => outcome({ end: "won" as never }), "interrupted"],
    ["never answers", () => new Promise<never>(() => undefined), "interrupted"],
    [
      "sends numbers that no row holds",
      async () => outcome({ peakMemory: Number.NaN, cpuTime: 1e300 }),
      "succeeded",
    ],
    [
      "sends a result with a failure",
      async () => outcome({ end: "failed", result: Buffer.from("[]") }),
      "failed",
    ],
  ])("ends when the executor %s", async (_, script, state) => {
    const { service, place, start, ended } = await world(script);
    await service.start();
    const run = await ended(await start(await place({ timeout: 1000 })));
    expect(run.state).toBe(state);
    expect(run.resultSize).toBeUndefined();
    expect(run.reason ?? "").not.toContain("secret detail");
  });

  it("drops what an executor says after its end", async () => {
    let late: (() => Promise<void>) | undefined;
    const { service, place, start, ended, lines } = await world(async (_, { output }) => {
      late = () => output({ at: instant, stream: "stdout", level: undefined, text: "late" });
      return outcome();
    });
    await service.start();
    const run = await ended(await start(await place()));
    await late?.();
    expect(await lines(run)).toEqual([]);
  });

  it("ends as it did when the store was away for a while", async () => {
    let failures = 0;
    const { service, place, start, ended, parts, store, reports } = await world(async () => outcome());
    Object.assign(parts, {
      store: through(store, (name, call) =>
        name === "record" && failures++ < 4 ? Promise.reject(new Error("busy")) : call(),
      ),
    });
    await service.start();
    expect((await ended(await start(await place()))).state).toBe("succeeded");
    expect(reports).toHaveLength(4);
  });

  it("is tried again after its pause, as often as declared, and its log goes on", async () => {
    const ends = ["failed", "timed_out", "succeeded"] as const;
    let attempts = 0;
    const { service, place, start, ended, lines, clock } = await world(async (_, { output }) => {
      const end = ends[attempts++] ?? "succeeded";
      await output({ at: clock.now(), stream: "log", level: "info", text: `it ${end}` });
      return outcome({ end });
    });
    await service.start();
    const run = await ended(await start(await place({ retries: twice })));
    expect(run).toMatchObject({ state: "succeeded", attempt: 3, reason: undefined });
    expect((run.endedAt ?? 0) - run.createdAt).toBeGreaterThanOrEqual(15_000_000);
    expect(await lines(run)).toEqual([
      "info: it failed",
      "system: Attempt 2 of 3.",
      "info: it timed_out",
      "system: Attempt 3 of 3.",
      "info: it succeeded",
    ]);
  });

  it("fails when its result cannot be kept", async () => {
    const { service, place, start, ended, parts, reports } = await world(async () =>
      outcome({ result: Buffer.from("[]") }),
    );
    Object.assign(parts.blobs, { put: () => Promise.reject(new Error("ENOSPC")) });
    await service.start();
    expect(await ended(await start(await place()))).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("result could not be kept"),
    });
    expect(reports).toEqual(["keeping the result of a run: ENOSPC"]);
  });

  it("ends also when its log cannot be written", async () => {
    const { service, place, start, ended, parts } = await world(async (_, { output }) => {
      for (let n = 0; n < 3; n += 1) await output({ at: 1, stream: "stdout", level: undefined, text: "a" });
      return outcome();
    });
    Object.assign(parts.log, { append: () => Promise.reject(new Error("ENOSPC")) });
    await service.start();
    expect(
      (await ended(await start(await place({ notify: [{ on: ["failure"], target: { action: "a" } }] }))))
        .state,
    ).toBe("succeeded");
  });

  it("keeps head and tail of an output that is too long, and says what it left out", async () => {
    const { service, place, start, ended, lines } = await world(async (_, { output }) => {
      for (let n = 0; n < 20_000; n += 1)
        await output({ at: instant, stream: "stdout", level: undefined, text: `line ${n} of many` });
      return outcome();
    });
    await service.start();
    const resources = { memory: 1, processes: 1, output: 1000, disk: 1 };
    const all = await lines(await ended(await start(await place({ resources }))));
    expect(all[0]).toBe("stdout: line 0 of many");
    expect(all.at(-1)).toBe("stdout: line 19999 of many");
    const at = all.findIndex((line) => line.startsWith("system:"));
    const [, left] = /^system: (\d+) lines \(\d+ bytes\) are left out here/.exec(all[at] ?? "") ?? [];
    expect(all.length - 1 + Number(left)).toBe(20_000);
    expect(all.length).toBeLessThan(10_000);
  });

  it("is followed as it comes, from any line on, to its end", async () => {
    let go: () => void = () => undefined;
    const { service, place, start, ended } = await world(async (_, { output }) => {
      await output({ at: instant, stream: "stdout", level: undefined, text: "one" });
      await output({ at: instant, stream: "stdout", level: undefined, text: "two" });
      await new Promise<void>((resolve) => (go = resolve));
      await output({ at: instant, stream: "stdout", level: undefined, text: "three" });
      return outcome();
    });
    await service.start();
    const run = await start(await place());
    const ask = { organization: "default", run: run.id, after: 1, follow: true, signal: never };
    const seen: string[] = [];
    for await (const line of service.log(ask)) {
      seen.push(`${line.sequence} ${line.text}`);
      if (line.text === "two") go();
    }
    expect(seen).toEqual(["2 two", "3 three"]);
    expect((await ended(run)).state).toBe("succeeded");
    expect((await linesOf(service.log({ ...ask, after: 0 }))).length).toBe(3);
  });

  it("is followed to its last line also where bells are lost", async () => {
    const bell = inProcessBell();
    const deaf = { ...bell, ring: (topic: string) => topic.startsWith("log:") || bell.ring(topic) };
    const { service, place, start } = await world(
      async (_, { output }) => {
        for (const text of ["one", "two"])
          await output({ at: instant, stream: "stdout", level: undefined, text });
        return outcome();
      },
      { bell: deaf },
    );
    const run = await start(await place());
    const lines = linesOf(
      service.log({ organization: "default", run: run.id, after: 0, follow: true, signal: never }),
    );
    await service.start();
    expect((await lines).map((line) => line.text)).toEqual(["one", "two"]);
  });

  it("lets those who wait go when they want to", async () => {
    const { service, place, start } = await world(untilAborted);
    await service.start();
    const run = await start(await place());
    const leave = new AbortController();
    const ask = { organization: "default", run: run.id, after: 0, follow: true, signal: leave.signal };
    const waits = [service.finished(ask, leave.signal), linesOf(service.log(ask))];
    leave.abort(new Error("gone"));
    for (const wait of waits) await expect(wait).rejects.toThrow("gone");
    const missing = service.finished({ organization: "other", run: run.id }, never);
    await expect(missing).rejects.toMatchObject({ code: "RUN_MISSING" });
  });

  it("runs at most as many at once as there are workers, and all of them in the end", async () => {
    let [now, most] = [0, 0];
    const { service, place, start, history, clock } = await world(
      async () => {
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now -= 1;
        return outcome();
      },
      { workers: 3 },
    );
    await service.start();
    const version = await place(unlimited);
    await Promise.all(Array.from({ length: 40 }, () => start(version)));
    await until(clock, async () => (await history()).every((run) => run.state === "succeeded"));
    expect(most).toBe(3);
  });
});

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
