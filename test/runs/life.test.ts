import { describe, expect, it } from "vitest";
import type { Retries } from "../../src/core/action/action.ts";
import { inProcessBell } from "../../src/runs/index.ts";
import { instant, linesOf, outcome, through, until, untilAborted, world } from "./world.ts";

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

  it("has its log on the disk before its end is recorded", async () => {
    const { service, place, start, ended, parts, store } = await world(async (_, { output }) => {
      await output({ at: instant, stream: "stdout", level: undefined, text: "said" });
      return outcome();
    });
    const calls: string[] = [];
    const { append, sync } = parts.log;
    Object.assign(parts.log, {
      append: (...args: Parameters<typeof append>) => append(...args).then(() => calls.push("append")),
      sync: (...args: Parameters<typeof sync>) => sync(...args).then(() => calls.push("sync")),
    });
    Object.assign(parts, {
      store: through(store, (name, call) => {
        if (name === "record") calls.push("record");
        return call();
      }),
    });
    await service.start();
    await ended(await start(await place()));
    expect(calls).toEqual(["record", "append", "sync", "record"]);
  });

  it("N5: keeps head and tail of an output that is too long, and says what it left out", async () => {
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
    for await (const batch of service.log(ask))
      for (const line of batch) {
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

describe("what a run costs", () => {
  it("wakes those who look for work when it is created and when it has ended, not when it starts", async () => {
    const bell = inProcessBell();
    let rings = 0;
    const counting = {
      ...bell,
      ring(topic: string) {
        if (topic === "runs") rings += 1;
        bell.ring(topic);
      },
    };
    let beforeItRan = 0;
    const script = async () => {
      beforeItRan = rings;
      return outcome();
    };
    const { service, place, start, ended } = await world(script, { bell: counting });
    await service.start();
    await ended(await start(await place()));
    expect({ beforeItRan, rings }).toEqual({ beforeItRan: 1, rings: 2 });
  });

  it("looks for an input only when the executor reads it", async () => {
    const asked: string[] = [];
    const read: number[] = [];
    const { service, place, start, ended, parts } = await world(async (task, { input }) => {
      if (task.program.kind === "python" && task.program.entry === "realtime")
        for await (const piece of input) read.push(piece.length);
      return outcome();
    });
    const { get } = parts.blobs;
    parts.blobs.get = (run, what) => {
      asked.push(what);
      return get(run, what);
    };
    await service.start();
    await ended(await start(await place()));
    expect(asked).toEqual([]);
    await ended(await start(await place({ type: "realtime" })));
    expect({ asked, read }).toEqual({ asked: ["input"], read: [2] });
  });
});
