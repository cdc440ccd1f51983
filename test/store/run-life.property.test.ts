import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/run/decide.ts";
import { isRefusal } from "../../src/core/run/refusal.ts";
import { isFinal, type Run } from "../../src/core/run/run.ts";
import type { ExecutionEnd, RunEvent } from "../../src/core/run/run-event.ts";
import type { Claimed } from "../../src/runs/ports/run-store.ts";
import { memoryStore } from "../../src/store/index.ts";
import { instant, newRun, someVersion } from "../contract/run-store.ts";
import { samples } from "../samples.ts";

const second = 1_000_000;
const lease = 30 * second;

type Step =
  | { readonly do: "create"; readonly delay: number }
  | { readonly do: "claim"; readonly limit: number }
  | { readonly do: "end"; readonly which: number; readonly end: ExecutionEnd["end"] }
  | { readonly do: "cancel"; readonly which: number }
  | { readonly do: "pass"; readonly seconds: number }
  | { readonly do: "forget"; readonly which: number }
  | { readonly do: "look" };

const which = fc.nat(50);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("create" as const), delay: fc.constantFrom(0, 0, 5) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("claim" as const), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      which,
      end: fc.constantFrom<ExecutionEnd["end"]>("succeeded", "failed", "timed_out", "cancelled", "lost"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), which }) },
  { weight: 2, arbitrary: fc.constant({ do: "look" as const }) },
);
const policies = fc.record({
  limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  overlap: fc.constantFrom("skip" as const, "queue" as const, "replace" as const, "allow" as const),
});
const retries = fc.record({
  limit: fc.nat(2),
  delay: fc.constantFrom(0, 3000),
  backoff: fc.constant("constant" as const),
});

/** A server reduced to what it asks of the store, with a clock that only steps move. */
async function world(fields: Parameters<typeof someVersion>[0]) {
  const store = await memoryStore();
  const version = someVersion(fields);
  await store.runs.place(version, undefined);
  let now = instant;
  const held: Claimed[] = [];
  const all = async () => (await store.runs.find({ organization: "default", limit: 1000 })).items;
  const happen = async (run: Run, event: RunEvent, fence?: number) => {
    const change = decide(run, event, now);
    return isRefusal(change) ? "refused" : store.runs.record(change, fence);
  };
  const pick = <T>(list: readonly T[], index: number) => list[index % Math.max(1, list.length)];
  const look = async () => {
    const due = await store.runs.due(now, 100);
    for (const run of due.delays) await happen(run, { kind: "due" });
    for (const { run, action } of due.lost)
      await happen(run, { kind: "lost", reason: "gone", retries: action.retries });
    return due.next;
  };
  const claim = async (limit: number) => {
    const until = now + lease;
    held.push(...(await store.runs.claim({ worker: "w", limit, now, until })));
  };
  const end = async (one: Claimed | undefined, how: ExecutionEnd["end"]) => {
    if (one === undefined) return;
    held.splice(held.indexOf(one), 1);
    const fresh = (await store.runs.get("default", one.run.id)) as Run;
    const result: ExecutionEnd = {
      end: how,
      reason: how,
      isolation: "full",
      exitCode: 0,
      signal: undefined,
      duration: 1,
      peakMemory: 1,
      cpuTime: 1,
      resultSize: undefined,
    };
    await happen(fresh, { kind: "ended", end: result, retries: one.version.action.retries }, one.fence);
  };
  const take = async (step: Step) => {
    if (step.do === "create") {
      const dueAt = now + step.delay * second;
      const state = step.delay > 0 ? "waiting" : "queued";
      await store.runs.create([newRun(version, { createdAt: now, dueAt, state })], undefined);
    } else if (step.do === "claim") await claim(step.limit);
    else if (step.do === "end") await end(pick(held, step.which), step.end);
    else if (step.do === "cancel") {
      const run = pick(await all(), step.which);
      if (run) await happen(run, { kind: "cancel", by: "x@example.com" });
    } else if (step.do === "pass") now += step.seconds * second;
    else if (step.do === "forget") held.splice(step.which % Math.max(1, held.length), 1);
    else await look();
  };
  /** Does what a server does until nothing is left to do, ending whatever runs. */
  const drain = async () => {
    for (let round = 0; round < 500; round += 1) {
      await claim(100);
      for (const one of [...held]) await end(one, "succeeded");
      const next = await look();
      if (next !== undefined) now = Math.max(now, next);
      else if ((await all()).every((run) => isFinal(run.state))) return;
    }
  };
  return { store, version, take, drain, all };
}

describe("the life of runs in a store", () => {
  it("never exceeds a limit, and leaves no run behind, whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(
        policies,
        retries,
        fc.array(steps, { maxLength: 40 }),
        async (concurrency, again, list) => {
          const { store, version, take, drain, all } = await world({ concurrency, retries: again });
          const most =
            concurrency.overlap === "allow"
              ? Number.POSITIVE_INFINITY
              : (concurrency.limit ?? Number.POSITIVE_INFINITY);
          for (const step of list) {
            await take(step);
            const running = (await all()).filter((run) => run.state === "running");
            expect(running.length).toBeLessThanOrEqual(most);
          }
          await drain();
          const left = (await all()).filter((run) => !isFinal(run.state));
          expect(left.map((run) => [run.state, run.reason])).toEqual([]);
          // Every slot came back: the next run gets in.
          const [next] = await store.runs.create([newRun(version)], undefined);
          expect(next?.run.state).toBe("queued");
          await take({ do: "claim", limit: 1 });
          expect((await all()).map((run) => run.state)).toContain("running");
          await store.close();
        },
      ),
      samples(60, 2_000),
    );
  });
});
