import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action/action.ts";
import { decide } from "../../src/core/run/decide.ts";
import { isRefusal } from "../../src/core/run/refusal.ts";
import type { Run } from "../../src/core/run/run.ts";
import { unmeasured } from "../../src/core/run/unmeasured.ts";
import { dealWithFollowup } from "../../src/runs/follow/deal-with-followup.ts";
import { inProcessBell, withoutDeclarations } from "../../src/runs/index.ts";
import type { RunStore, Version } from "../../src/runs/ports/run-store.ts";
import { memoryStore } from "../../src/store/index.ts";
import { instant, newRun, someVersion } from "../contract/run-store.ts";
import { through } from "../runs/world.ts";
import { samples } from "../samples.ts";

/** Who follows whom, by number; an action may follow itself, and circles may be. */
const links = fc.array(
  fc.record({
    from: fc.nat(5),
    to: fc.nat(5),
    state: fc.constantFrom("succeeded", "failed", "cancelled"),
  }),
  { maxLength: 8 },
);
type Step =
  | { readonly do: "start"; readonly action: number }
  | { readonly do: "end"; readonly which: number; readonly how: "succeeded" | "failed" | "cancelled" }
  /** `crash`: before the write, or after it and before its answer. */
  | { readonly do: "look"; readonly crash: "never" | "before" | "after" }
  | { readonly do: "pass"; readonly seconds: number };
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("start" as const), action: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      which: fc.nat(30),
      how: fc.constantFrom("succeeded" as const, "failed" as const, "cancelled" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("look" as const),
      crash: fc.constantFrom("never" as const, "before" as const, "after" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.nat(700) }) },
);

type Link = typeof links extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

async function world(followed: readonly Link[]) {
  const store = await memoryStore();
  const versions: Version[] = [];
  for (let number = 0; number <= 5; number += 1) {
    const events = followed
      .filter(({ to }) => to === number)
      .map(({ from, state }) => ({ run: `a${from}`, state, parameters: {} }));
    const version = someVersion({
      name: `a${number}`,
      events,
      notify: number === 0 ? [{ on: ["failure", "recovery"], target: { email: ["ops@example.com"] } }] : [],
      concurrency: { limit: undefined, overlap: "queue" },
    } as Partial<Action>);
    await store.runs.place(version, undefined);
    versions.push(version);
  }
  let now = instant;
  const all = async () => (await store.runs.find({ organization: "default", limit: 1000 })).items;
  const deal = async (crash: "never" | "before" | "after") => {
    const crashing: RunStore = through(store.runs, async (name, call) => {
      if (name !== "follow" || crash === "never") return call();
      if (crash === "after") await call();
      throw new Error("kill -9");
    });
    const parts = {
      ...withoutDeclarations,
      store: crashing,
      blobs: { put: async () => 0, get: async () => undefined, remove: async () => undefined },
      bell: inProcessBell(),
      report: () => undefined,
    };
    const due = await store.runs.due(now, 100);
    for (const followup of due.followups) await dealWithFollowup(parts, followup, now).catch(() => undefined);
    return due;
  };
  const end = async (run: Run, how: "succeeded" | "failed" | "cancelled") => {
    const events = [
      { kind: "claimed", worker: "w" } as const,
      {
        kind: "ended",
        end: { ...unmeasured("lost", how), end: how },
        retries: { limit: 0, delay: 0, backoff: "constant" },
      } as const,
    ];
    for (const event of events) {
      const fresh = (await store.runs.get("default", run.id)) as Run;
      const change = decide(fresh, event, now);
      if (!isRefusal(change)) await store.runs.record(change, undefined);
    }
  };
  const open = async () =>
    (await all()).filter(({ state, actionName }) => state === "queued" && actionName.startsWith("a"));
  return {
    store,
    versions,
    all,
    async take(step: Step) {
      if (step.do === "start") {
        const version = versions[step.action] as Version;
        await store.runs.create([newRun(version, { createdAt: now, dueAt: now })], undefined);
      } else if (step.do === "end") {
        const runs = await open();
        const run = runs[step.which % Math.max(1, runs.length)];
        if (run !== undefined) await end(run, step.how);
      } else if (step.do === "look") await deal(step.crash);
      else now += step.seconds * 1_000_000;
    },
    /** Whatever was put off comes as well. */
    async drain() {
      for (let round = 0; round < 50; round += 1) {
        now += 700_000_000;
        if ((await deal("never")).followups.length === 0) return;
      }
    },
  };
}

describe("what follows runs", () => {
  it("follows each end exactly once, whatever crashes between an end and what follows", async () => {
    await fc.assert(
      fc.asyncProperty(links, fc.array(steps, { maxLength: 30 }), async (followed, taken) => {
        const made = await world(followed);
        try {
          for (const step of taken) await made.take(step);
          await made.drain();
          const runs = await made.all();
          for (const run of runs.filter(({ endedAt }) => endedAt !== undefined)) {
            const expected = followed.filter(
              ({ from, state }) => `a${from}` === run.actionName && state === run.state,
            );
            const followers = runs.filter(
              ({ trigger }) => trigger.kind === "event" && trigger.run === run.id,
            );
            // Those that would have gone round in a circle are there, too, and say so.
            expect(followers.map(({ actionName }) => actionName).toSorted()).toEqual(
              expected.map(({ to }) => `a${to}`).toSorted(),
            );
            const told = runs.filter(
              ({ trigger }) => trigger.kind === "notification" && trigger.run === run.id,
            );
            if (run.actionName === "a0" && run.state === "failed") expect(told.length).toBeLessThanOrEqual(1);
            else if (run.actionName !== "a0") expect(told).toEqual([]);
          }
          const failures = runs.filter(({ actionName, state }) => actionName === "a0" && state === "failed");
          const deliveries = runs.filter(
            ({ trigger }) => trigger.kind === "notification" && trigger.of === "failure",
          );
          // Fewer than the limit: none was held back, none was lost.
          expect(deliveries).toHaveLength(failures.length);
          for (const run of runs) {
            if (run.trigger.kind !== "event") continue;
            expect(run.trigger.depth).toBeLessThanOrEqual(9);
            const endless = /without end|started one another/.test(run.reason ?? "");
            expect(endless).toBe(run.state === "skipped");
          }
        } finally {
          await made.store.close();
        }
      }),
      samples(40, 2000),
    );
  });
});
