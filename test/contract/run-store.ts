import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Action, Concurrency, Retries } from "../../src/core/action/action.ts";
import { decide } from "../../src/core/run/decide.ts";
import { isRefusal } from "../../src/core/run/refusal.ts";
import type { Run } from "../../src/core/run/run.ts";
import type { ExecutionEnd, RunEvent } from "../../src/core/run/run-event.ts";
import { ksuid } from "../../src/core/wire/ksuid.ts";
import type {
  BuildRun,
  Claimed,
  NewRun,
  RunQuery,
  RunStore,
  Version,
} from "../../src/runs/ports/run-store.ts";

export const instant = 1_800_000_000_000_000;
const second = 1_000_000;
const none: Retries = { limit: 0, delay: 1000, backoff: "constant" };
let made = 0;

/** A new id; later calls sort after earlier ones only when `at` does. */
const id = (at = instant): string => {
  made += 1;
  const random = new Uint8Array(16);
  new DataView(random.buffer).setUint32(0, made);
  return ksuid(Math.floor(at / 1000), random);
};

/** A version of a small scheduled action with some fields of one's own. */
export const someVersion = (fields: Partial<Action> = {}, number = 1, actionId = id()): Version => ({
  organization: "default",
  actionId,
  number,
  digest: `digest-${number}`,
  code: `code-${number}`,
  action: {
    type: "scheduled",
    schedule: undefined,
    name: "check",
    description: "",
    category: undefined,
    tags: [],
    owner: undefined,
    estimatedDuration: undefined,
    enabled: true,
    serviceAccount: "sa@example.com",
    env: {},
    parameters: {},
    alerts: [],
    events: [],
    approval: undefined,
    when: undefined,
    timeout: 600_000,
    retries: none,
    concurrency: { limit: 1, overlap: "skip" },
    retention: undefined,
    resources: { memory: 2 ** 29, processes: 64, output: 2 ** 20, disk: 2 ** 28 },
    network: true,
    isolation: "best",
    notify: [],
    protect: false,
    ...fields,
  } as Action,
});

export const newRun = (version: Version, fields: Partial<NewRun> = {}): NewRun => ({
  id: id(fields.createdAt),
  organization: version.organization,
  actionId: version.actionId,
  version: undefined,
  trigger: { kind: "manual" },
  actor: "a@example.com",
  parameters: { n: 1 },
  sealed: undefined,
  alert: undefined,
  approval: undefined,
  pinned: false,
  steps: [],
  state: "queued",
  reason: undefined,
  createdAt: instant,
  dueAt: fields.createdAt ?? instant,
  key: undefined,
  ...fields,
});

/** A version as it comes back: members that are undefined are left out. */
const stored = (version: Version): Version => JSON.parse(JSON.stringify(version)) as Version;

const execution = (end: ExecutionEnd["end"]): ExecutionEnd => ({
  end,
  reason: end === "succeeded" ? undefined : "it failed",
  isolation: "full",
  exitCode: end === "succeeded" ? 0 : 1,
  signal: undefined,
  duration: 4,
  peakMemory: 5,
  cpuTime: 6,
  resultSize: 7,
});

/** What every RunStore must do, whatever it is made of. */
export function runStoreContract(
  name: string,
  open: () => Promise<{ store: RunStore; close(): Promise<void> }>,
): void {
  describe(`RunStore contract: ${name}`, () => {
    let store: RunStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const place = async (fields: Partial<Action> = {}, next?: number): Promise<Version> => {
      const version = someVersion(fields);
      await store.place(version, next);
      return version;
    };
    const limited = (limit: number | undefined, overlap: Concurrency["overlap"]) =>
      place({ concurrency: { limit, overlap } });
    const start = async (version: Version, fields: Partial<NewRun> = {}): Promise<Run> => {
      const [created] = await store.create([newRun(version, fields)], undefined);
      if (created === undefined) throw new Error("nothing was created");
      return created.run;
    };
    const claim = (limit = 100, now = instant, worker = "w") =>
      store.claim({ worker, limit, now, until: now + 30 * second });
    const get = async (run: Pick<Run, "id">) => {
      const found = await store.get("default", run.id);
      if (found === undefined) throw new Error("the run is gone");
      return found;
    };
    const happen = async (run: Run, event: RunEvent, now: number, fence?: number) => {
      const change = decide(run, event, now);
      if (isRefusal(change)) throw new Error(change.message);
      return store.record(change, fence);
    };
    const end = (claimed: Claimed, kind: ExecutionEnd["end"] = "succeeded", now = instant) =>
      happen(
        claimed.run,
        { kind: "ended", end: execution(kind), retries: claimed.version.action.retries },
        now,
        claimed.fence,
      );

    it("the code of a live version, and of one that a run needs which has not ended, is in use", async () => {
      const version = await place();
      const run = await start(version);
      const next = { ...version, number: 2, code: "b".repeat(64) };
      await store.place(next, undefined);
      expect([...(await store.codesInUse())].sort()).toEqual([version.code, next.code].sort());
      await happen(run, { kind: "cancel", by: "somebody" }, instant);
      expect(await store.codesInUse()).toEqual([next.code]);
    });

    it("keeps a run from its creation to its end", async () => {
      const version = await place();
      const created = await start(version);
      expect(created).toMatchObject({
        state: "queued",
        actionName: "check",
        version: 1,
        digest: "digest-1",
        parameters: { n: 1 },
        attempt: 1,
      });
      const [claimed, ...others] = await claim();
      expect(others).toEqual([]);
      expect(claimed).toMatchObject({
        run: { id: created.id, state: "running" },
        version: stored(version),
        fence: 1,
      });
      if (claimed === undefined) return;
      await happen(claimed.run, { kind: "started" }, instant + 1, claimed.fence);
      expect(await end(claimed, "succeeded", instant + 2)).toBe("recorded");
      expect(await get(created)).toMatchObject({
        state: "succeeded",
        reason: undefined,
        startedAt: instant + 1,
        endedAt: instant + 2,
        cause: "succeeded",
        isolation: "full",
        exitCode: 0,
        signal: undefined,
        duration: 4,
        peakMemory: 5,
        cpuTime: 6,
        resultSize: 7,
      });
    });

    it("answers undefined for a run of another organization", async () => {
      const run = await start(await place());
      expect(await store.get("acme", run.id)).toBeUndefined();
    });

    it("creates one run per key of an action, and tells which already existed", async () => {
      const version = await place({ concurrency: { limit: undefined, overlap: "allow" } });
      const first = await store.create(
        [newRun(version, { key: "k" }), newRun(version, { key: "l" })],
        undefined,
      );
      const again = await store.create([newRun(version, { key: "k" })], undefined);
      expect(first.map((created) => created.existing)).toEqual([false, false]);
      expect(again).toMatchObject([{ existing: true, run: { id: first[0]?.run.id } }]);
      const other = await place();
      expect(await store.create([newRun(other, { key: "k" })], undefined)).toMatchObject([
        { existing: false },
      ]);
    });

    it("moves a schedule on with the run of its tick, once", async () => {
      const version = await place({}, instant);
      const move = { organization: "default", actionId: version.actionId, from: instant, next: instant + 60 };
      const tick = () => newRun(version, { key: `fire:${instant}` });
      const both = await Promise.all([store.create([tick()], move), store.create([tick()], move)]);
      expect(both.map((created) => created.length)).toEqual([1, 0]);
      const due = await store.due(instant, 10);
      expect(due.ticks).toEqual([]);
      expect(due.next).toBe(instant + 60);
    });

    it("creates nothing and moves nothing when one of the runs is refused", async () => {
      const version = await place({}, instant);
      const move = { organization: "default", actionId: version.actionId, from: instant, next: undefined };
      const runs = [newRun(version), newRun(version, { version: 9 })];
      await expect(store.create(runs, move)).rejects.toMatchObject({ code: "VERSION_MOVED" });
      expect((await store.due(instant, 10)).ticks).toHaveLength(1);
      expect((await store.find({ organization: "default", limit: 10 })).items).toEqual([]);
    });

    it("refuses a run of an action that is not live", async () => {
      await expect(store.create([newRun(someVersion())], undefined)).rejects.toMatchObject({
        code: "ACTION_GONE",
      });
    });

    it("pins the version that was current at creation", async () => {
      const version = await place({ concurrency: { limit: undefined, overlap: "allow" } });
      const before = await start(version);
      const next = {
        ...someVersion({}, 2, version.actionId),
        action: { ...version.action, description: "new" },
      };
      await store.place(next, undefined);
      const after = await start(version);
      const claimed = new Map((await claim()).map((one) => [one.run.id, one.version]));
      expect(claimed.get(before.id)).toMatchObject({
        number: 1,
        digest: "digest-1",
        action: { description: "" },
      });
      expect(claimed.get(after.id)).toMatchObject({
        number: 2,
        digest: "digest-2",
        action: { description: "new" },
      });
      expect(await store.version("default", version.actionId)).toMatchObject({ number: 2 });
    });

    it("claims each run once, in the order of being ready, up to the limit", async () => {
      const version = await limited(undefined, "queue");
      const late = await start(version, { dueAt: instant + 3 });
      const early = await start(version, { dueAt: instant + 1 });
      const middle = await start(version, { dueAt: instant + 2 });
      await start(version, { dueAt: instant + 100 });
      const [first, second] = await Promise.all([claim(2, instant + 10, "a"), claim(2, instant + 10, "b")]);
      const order = [...first, ...second].map((claimed) => claimed.run.id);
      expect(order).toEqual([early.id, middle.id, late.id]);
    });

    it("records nothing for a stale fence or a state that has changed", async () => {
      const run = await start(await place({ retries: { ...none, limit: 1 } }));
      const [first] = await claim();
      if (first === undefined) throw new Error("not claimed");
      const retries = { ...none, limit: 1, delay: 0 };
      const gone = { kind: "lost", reason: "gone", retries } as const;
      expect(await happen(first.run, gone, instant + 31 * second)).toBe("recorded");
      const [second_] = await claim(1, instant + 31 * second);
      expect(second_).toMatchObject({ run: { id: run.id, attempt: 2 }, fence: 2 });
      expect(await end(first, "failed")).toBe("stale");
      expect(await get(run)).toMatchObject({ state: "running", attempt: 2 });
    });

    it("does not believe that a run is lost whose lease was renewed meanwhile", async () => {
      const run = await start(await place());
      await claim();
      const running = await get(run);
      const seen = (await store.due(instant + 31 * second, 10)).lost;
      expect(seen.map((lost) => lost.run.id)).toEqual([run.id]);
      await store.renew({ worker: "w", runs: [run.id], until: instant + 60 * second });
      const lost = { kind: "lost", reason: "gone", retries: none } as const;
      expect(await happen(running, lost, instant + 31 * second)).toBe("stale");
      expect(await happen(running, lost, instant + 60 * second)).toBe("recorded");
      expect(await get(run)).toMatchObject({ state: "interrupted", reason: "gone" });
    });

    it("renews what a worker holds, and flags what is to be cancelled", async () => {
      const version = await limited(undefined, "queue");
      const [a, b, c] = [await start(version), await start(version), await start(version)];
      await claim(2);
      await claim(1, instant, "other");
      await happen(await get(b), { kind: "cancel", by: "x@example.com" }, instant);
      const named = [a.id, b.id, c.id];
      const held = await store.renew({ worker: "w", runs: named, until: instant + 90 * second });
      expect(new Map(held.map((one) => [one.run, one.cancelAsked]))).toEqual(
        new Map([
          [a.id, false],
          [b.id, true],
        ]),
      );
      const lost = (await store.due(instant + 40 * second, 10)).lost;
      expect(lost.map((one) => one.run.id)).toEqual([c.id]);
    });

    it("renews only the runs that are named, so that a forgotten one is found", async () => {
      const version = await limited(undefined, "queue");
      const [a, b] = [await start(version), await start(version)];
      await claim();
      const held = await store.renew({ worker: "w", runs: [a.id], until: instant + 90 * second });
      expect(held.map((one) => one.run)).toEqual([a.id]);
      expect(await store.renew({ worker: "w", runs: [], until: instant + 90 * second })).toEqual([]);
      const lost = (await store.due(instant + 40 * second, 10)).lost;
      expect(lost.map((one) => one.run.id)).toEqual([b.id]);
    });

    it("lets no retry swallow a cancel", async () => {
      const version = await place({ retries: { ...none, limit: 3 } });
      const run = await start(version);
      const [claimed] = await claim();
      if (claimed === undefined) throw new Error("not claimed");
      await happen(await get(run), { kind: "cancel", by: "x@example.com" }, instant);
      expect(await end(claimed, "failed")).toBe("stale");
      expect(await end({ ...claimed, run: await get(run) }, "failed")).toBe("recorded");
      expect(await get(run)).toMatchObject({ state: "failed", attempt: 1 });
    });

    it("ends every lease at once for a server that starts alone", async () => {
      const version = await limited(undefined, "queue");
      await start(version);
      await start(version);
      await claim();
      expect(await store.abandon(instant + 1)).toBe(2);
      expect((await store.due(instant + 1, 10)).lost).toHaveLength(2);
    });

    it("tells what is due and when to look again", async () => {
      expect(await store.due(instant, 10)).toMatchObject({
        ticks: [],
        delays: [],
        lost: [],
        next: undefined,
      });
      const ticking = await place({}, instant + 10);
      const version = await limited(undefined, "queue");
      const delayed = await start(version, { state: "waiting", dueAt: instant + 5 });
      expect(await store.due(instant, 10)).toMatchObject({ ticks: [], delays: [], next: instant + 5 });
      const due = await store.due(instant + 10, 10);
      expect(due.ticks).toEqual([{ version: stored(ticking), fire: instant + 10 }]);
      expect(due.delays.map((run) => run.id)).toEqual([delayed.id]);
      expect((await store.due(instant + 10, 1)).next).toBe(instant + 10);
    });

    it("wakes for a retry's pause and for a lease's end", async () => {
      await start(await place({ retries: { ...none, limit: 1, delay: 7000 } }));
      const [claimed] = await claim();
      if (claimed === undefined) throw new Error("not claimed");
      expect((await store.due(instant, 10)).next).toBe(instant + 30 * second);
      await end(claimed, "failed");
      expect((await store.due(instant, 10)).next).toBe(instant + 7 * second);
      expect(await claim(1, instant + 7 * second - 1)).toEqual([]);
      expect(await claim(1, instant + 7 * second)).toMatchObject([{ run: { attempt: 2 }, fence: 2 }]);
    });

    describe("concurrency", () => {
      it("skips a run while the limit is reached, and says so", async () => {
        const version = await limited(2, "skip");
        const [a, b, c] = [await start(version), await start(version), await start(version)];
        expect([a.state, b.state, c.state]).toEqual(["queued", "queued", "skipped"]);
        expect(c).toMatchObject({ endedAt: instant });
        expect(c.reason).toContain("concurrency limit 2");
        const [claimed] = await claim(1);
        if (claimed) await end(claimed);
        expect((await start(version)).state).toBe("queued");
      });

      it("queues runs and lets them through one by one, oldest first", async () => {
        const version = await limited(1, "queue");
        const runs = [await start(version), await start(version), await start(version)];
        const order: string[] = [];
        for (;;) {
          const [claimed, ...others] = await claim();
          if (claimed === undefined) break;
          expect(others).toEqual([]);
          order.push(claimed.run.id);
          await end(claimed);
        }
        expect(order.sort()).toEqual(runs.map((run) => run.id).sort());
      });

      it("keeps the slot while a run pauses between attempts", async () => {
        const version = await place({
          retries: { ...none, limit: 1 },
          concurrency: { limit: 1, overlap: "skip" },
        });
        await start(version);
        const [claimed] = await claim();
        if (claimed === undefined) throw new Error("not claimed");
        await end(claimed, "failed");
        expect((await start(version)).state).toBe("skipped");
      });

      it("replaces: cancels what waits, asks what runs to stop, then lets the newest through", async () => {
        const version = await limited(1, "replace");
        const running = await start(version);
        const [claimed] = await claim();
        if (claimed === undefined) throw new Error("not claimed");
        const waiting = await start(version);
        const newest = await start(version);
        expect(await get(waiting)).toMatchObject({ state: "cancelled" });
        expect((await get(waiting)).reason).toContain(newest.id);
        const asked = await get(running);
        expect(asked).toMatchObject({ state: "running", cancelAsked: true });
        expect(await claim()).toEqual([]);
        await end({ ...claimed, run: asked }, "cancelled");
        expect((await get(running)).reason).toContain(waiting.id);
        expect(await claim()).toMatchObject([{ run: { id: newest.id } }]);
      });

      it("replaces a run that was ready but not claimed at once", async () => {
        const version = await limited(1, "replace");
        const old = await start(version);
        const newest = await start(version);
        expect((await get(old)).state).toBe("cancelled");
        expect(await claim()).toMatchObject([{ run: { id: newest.id } }]);
      });

      it("limits nothing when runs may overlap", async () => {
        const version = await limited(1, "allow");
        for (let n = 0; n < 5; n += 1) await start(version);
        expect(await claim()).toHaveLength(5);
      });

      it("does not count runs that wait, and decides when their wait ends", async () => {
        const version = await limited(1, "skip");
        const delayed = await start(version, { state: "waiting", dueAt: instant + 5 });
        const other = await start(version);
        expect(other.state).toBe("queued");
        expect(await happen(delayed, { kind: "due" }, instant + 5)).toBe("recorded");
        expect((await get(delayed)).state).toBe("skipped");
      });

      it("gives every slot back, however runs end", async () => {
        const version = await limited(3, "queue");
        const kinds = ["succeeded", "failed", "timed_out", "cancelled", "not_started", "lost"] as const;
        for (let n = 0; n < 24; n += 1) await start(version);
        let ended = 0;
        for (;;) {
          const claimed = await claim();
          if (claimed.length === 0) break;
          expect(claimed.length).toBeLessThanOrEqual(3);
          for (const one of claimed) {
            await end(one, kinds[ended % kinds.length]);
            ended += 1;
          }
        }
        expect(ended).toBe(24);
      });
    });

    it("lists runs newest first, page by page, undisturbed by new ones", async () => {
      const version = await limited(undefined, "queue");
      const all: string[] = [];
      for (let n = 0; n < 7; n += 1) {
        all.unshift((await start(version, { createdAt: instant + (n >> 1) * second })).id);
      }
      const first = await store.find({ organization: "default", limit: 3 });
      await start(version, { createdAt: instant + 60 * second });
      const second_ = await store.find({ organization: "default", limit: 3, cursor: first.next });
      const third = await store.find({ organization: "default", limit: 3, cursor: second_.next });
      const seen = [...first.items, ...second_.items, ...third.items];
      expect(seen.map((run) => run.id).sort()).toEqual([...all].sort());
      expect(seen.map((run) => run.createdAt)).toEqual(
        seen.map((run) => run.createdAt).toSorted((a, b) => b - a),
      );
      expect(third.next).toBeUndefined();
    });

    it("filters runs by action, name and state", async () => {
      const [a, b] = [await place({ name: "a" }), await place({ name: "b" })];
      const [ofA, ofB] = [await start(a), await start(b)];
      const skipped = await start(b);
      const find = async (query: object) =>
        (await store.find({ organization: "default", limit: 10, ...query })).items.map((run) => run.id);
      expect(await find({ actionId: a.actionId })).toEqual([ofA.id]);
      expect((await find({ actionName: "b" })).sort()).toEqual([ofB.id, skipped.id].sort());
      expect(await find({ states: ["skipped"] })).toEqual([skipped.id]);
      expect(await find({ organization: "acme" })).toEqual([]);
    });

    it("H1: filters runs by states, cause, category and time, alone and together, page by page", async () => {
      const kinds = [
        { kind: "manual" },
        { kind: "alert", name: "x", receiver: "json", state: "firing", alert: "1" },
        { kind: "schedule", fire: 1 },
      ] as const;
      const categories = ["Recovery", "Own", undefined];
      const actions = await Promise.all(
        categories.map((category, index) =>
          place({ name: `a${index}`, category, concurrency: { limit: undefined, overlap: "allow" } }),
        ),
      );
      const all: Run[] = [];
      for (let n = 0; n < 60; n += 1) {
        const state = (["queued", "waiting", "skipped", "failed"] as const)[n % 4]!;
        const fields = { state, trigger: kinds[n % 3]!, createdAt: instant + (n >> 2) * second };
        all.push(await start(actions[(n >> 1) % 3]!, { ...fields, reason: "why" }));
      }
      const categoryOf = (run: Run) => categories[actions.findIndex((one) => one.actionId === run.actionId)];
      const expected = (query: Omit<RunQuery, "organization" | "limit">) =>
        all
          .filter((run) => query.states?.includes(run.state) ?? true)
          .filter((run) => query.trigger === undefined || run.trigger.kind === query.trigger)
          .filter((run) => query.category === undefined || categoryOf(run) === query.category)
          .filter((run) => query.since === undefined || run.createdAt >= query.since)
          .filter((run) => query.actionId === undefined || run.actionId === query.actionId)
          .filter((run) => query.actionName === undefined || run.actionName === query.actionName)
          .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
          .map((run) => run.id);
      const pages = async (query: Omit<RunQuery, "organization" | "limit">) => {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const more = cursor === undefined ? {} : { cursor };
          const page = await store.find({ organization: "default", limit: 3, ...query, ...more });
          found.push(...page.items.map((run) => run.id));
          cursor = page.next;
        } while (cursor !== undefined);
        return found;
      };
      for (const states of [undefined, ["failed"], ["queued", "failed", "failed"]] as const)
        for (const trigger of [undefined, "alert"] as const)
          for (const category of [undefined, "Recovery"])
            for (const since of [undefined, instant + 7 * second])
              for (const whose of [{}, { actionId: actions[0]?.actionId as string }, { actionName: "a1" }]) {
                const query = {
                  ...(states && { states }),
                  ...(trigger && { trigger }),
                  ...(category && { category }),
                  ...(since && { since }),
                  ...whose,
                };
                expect(await pages(query), JSON.stringify(query)).toEqual(expected(query));
              }
      expect(await pages({ category: "rECOVERY" })).toEqual(expected({ category: "Recovery" }));
    });

    it("refuses a cursor that it did not give out", async () => {
      for (const cursor of ["", "x", "1-2", "1' or '1'='1", `${"9".repeat(40)}-${id()}`]) {
        const query = { organization: "default", limit: 3, cursor };
        await expect(store.find(query)).rejects.toMatchObject({ code: "BAD_CURSOR" });
      }
    });

    it("keeps hostile text as it is", async () => {
      const version = await limited(undefined, "queue");
      const nasty = { "'; drop table runs; --": "\u0000\ud83d\ude00\u202e", __proto__x: [null, 1e300] };
      const run = await start(version, { actor: "'\"; --", parameters: nasty });
      expect(await get(run)).toMatchObject({ actor: "'\"; --", parameters: nasty });
    });

    it("sums up how each action did lately", async () => {
      const version = await limited(undefined, "queue");
      await start(version);
      const [claimed] = await claim();
      if (claimed === undefined) throw new Error("not claimed");
      await end(claimed, "succeeded", instant + 4);
      await start(version, { createdAt: instant + second });
      await place({ name: "never ran" });
      expect(await store.summaries("default")).toEqual([
        {
          actionId: version.actionId,
          state: "queued",
          lastRunAt: instant + second,
          lastSucceededAt: instant + 4,
        },
      ]);
    });

    it("sums up the run under way, whatever found no room beside it, and nothing where all were skipped", async () => {
      const version = await limited(1, "skip");
      await start(version);
      await claim();
      expect(await get(await start(version, { createdAt: instant + second }))).toMatchObject({
        state: "skipped",
      });
      await start(await place({ name: "late" }), { state: "skipped", reason: "Too late." });
      expect(await store.summaries("default")).toMatchObject([
        { actionId: version.actionId, state: "running", lastRunAt: instant },
      ]);
    });

    it("keeps installations as runs that ended, of a version or of none, and leaves them out of summaries", async () => {
      const version = await place();
      const build = (fields: Partial<BuildRun>): BuildRun => ({
        id: newRun(version).id,
        version,
        actor: "ada@example.com",
        reason: undefined,
        startedAt: instant,
        endedAt: instant + second,
        ...fields,
      });
      const [good, refused, again] = [
        build({}),
        build({ version: { ...version, number: 0, digest: "d1" }, reason: "No." }),
        build({ version: { ...version, number: 0, digest: "d2" }, reason: "Not yet." }),
      ];
      for (const one of [good, refused, again]) await store.keepBuild(one);
      expect(await get(good)).toMatchObject({
        state: "succeeded",
        version: version.number,
        trigger: { kind: "build" },
        actor: "ada@example.com",
        startedAt: instant,
        endedAt: instant + second,
      });
      expect(await get(refused)).toMatchObject({ state: "failed", reason: "No.", version: 0, digest: "d1" });
      expect(await get(again)).toMatchObject({ reason: "Not yet.", version: 0, digest: "d2" });
      expect(await store.summaries("default")).toEqual([]);
      expect(await claim()).toEqual([]);
      expect((await store.version("default", version.actionId))?.number).toBe(version.number);
      await store.remove([good.id, refused.id, again.id]);
      expect((await store.find({ organization: "default", limit: 10 })).items).toEqual([]);
      // The next one of no version is written as the first was.
      const later = build({ version: { ...version, number: 0, digest: "d3" }, reason: "Never." });
      await store.keepBuild(later);
      expect(await get(later)).toMatchObject({ version: 0, digest: "d3" });
    });

    it("names ended runs beyond what history keeps, and forgets only ended ones", async () => {
      const version = await limited(undefined, "queue");
      const runs: Run[] = [];
      for (let n = 0; n < 5; n += 1) runs.push(await start(version, { createdAt: instant + n }));
      const [first, second_, , , last] = runs.map((run) => run.id);
      for (const claimed of await claim(4, instant + 10)) await end(claimed);
      const day = 24 * 60 * 60 * second;
      const ask = (keep: number, before: number) =>
        store.outdated({ keep, days: 1, now: before + day, after: undefined });
      expect(await ask(3, 0)).toMatchObject({
        runs: expect.arrayContaining([first, second_]),
        next: undefined,
      });
      expect((await ask(100, instant + 1)).runs).toEqual([first]);
      const old = (await ask(0, 0)).runs;
      expect(old).toHaveLength(4);
      await store.remove([...old, last ?? ""]);
      const left = await store.find({ organization: "default", limit: 10 });
      expect(left.items.map((run) => run.id)).toEqual([last]);
    });

    it("H3: keeps of each action what its newest version says, else what it is told", async () => {
      const day = 24 * 60 * 60 * second;
      const concurrency = { limit: undefined, overlap: "queue" } as const;
      const histories = [
        [undefined],
        [{ keep: 1, days: undefined }],
        [
          { keep: 1, days: undefined },
          { keep: 4, days: 400 },
        ],
        [{ keep: undefined, days: 400 }],
      ];
      const kept: string[][] = [];
      for (const [index, retentions] of histories.entries()) {
        const versions = retentions.map((retention, number) =>
          someVersion({ name: `a${index}`, concurrency, retention }, number + 1, `action-${index}`),
        );
        for (const version of versions) await store.place(version, undefined);
        const ids: string[] = [];
        for (const age of [200, 20, 10, 0]) {
          const fields = { createdAt: instant - age * day, state: "skipped", reason: "no room" } as const;
          ids.push((await start(versions.at(-1) as Version, fields)).id);
        }
        kept.push(ids);
      }
      // A run that has not ended stays, however old.
      const waiting = { createdAt: instant - 300 * day, state: "waiting", dueAt: instant } as const;
      const { id: old } = await start(someVersion({}, 1, "action-1"), waiting);
      const outdated = async () =>
        new Set(
          (await store.outdated({ keep: 2, days: 30, now: instant, after: undefined })).runs as string[],
        );
      const forgotten = [...kept[0]!.slice(0, 2), ...kept[1]!.slice(0, 3), ...kept[3]!.slice(0, 2)];
      expect(await outdated()).toEqual(new Set(forgotten));
      expect(await outdated()).not.toContain(old);
    });
  });
}
