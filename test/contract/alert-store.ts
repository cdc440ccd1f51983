import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action/action.ts";
import { ksuid } from "../../src/core/wire/ksuid.ts";
import type { StartAsked, TakeAsk, ToldAlert } from "../../src/runs/ports/alert-store.ts";
import type { Version } from "../../src/runs/ports/run-store.ts";
import type { Store } from "../../src/store/index.ts";
import { instant, newRun, someVersion } from "./run-store.ts";

const day = 24 * 60 * 60 * 1_000_000;
const link = { match: "true", on: ["firing"], start: { kind: "immediately" }, parameters: {} };
const concurrency = { limit: undefined, overlap: "allow" };
const linkedFields = { alerts: [link], concurrency } as unknown as Partial<Action>;
let made = 0;

const id = (): string => {
  made += 1;
  const random = new Uint8Array(16);
  new DataView(random.buffer).setUint32(0, made);
  return ksuid(instant / 1000, random);
};

const told = (fields: Partial<ToldAlert> = {}): ToldAlert => ({
  ...{
    id: id(),
    name: "Down",
    fingerprint: "f",
    state: "firing",
    startsAt: 1,
    endsAt: undefined,
    url: undefined,
  },
  ...{ labels: { a: "b" }, annotations: {}, unmatched: 0, judged: [] },
  ...fields,
});

/** A start of the first alert, with its run. */
const start = (version: Version, fields: Partial<StartAsked> = {}): StartAsked => {
  const run = newRun(version, {
    trigger: { kind: "alert", name: "Down", receiver: "json", state: "firing", alert: "" },
  });
  return {
    ...{ actionId: version.actionId, actionName: version.action.name, link: 0, alerts: [0], key: "k" },
    ...{ cooldown: undefined, delayed: false, run },
    prepared: { run: run.id, alerts: [0], ended: false },
    ...fields,
  };
};

/** What every AlertStore must do, whatever it is made of. */
export function alertStoreContract(
  name: string,
  open: () => Promise<{ store: Pick<Store, "alerts" | "runs">; close(): Promise<void> }>,
): void {
  describe(`AlertStore contract: ${name}`, () => {
    let store: Pick<Store, "alerts" | "runs">;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const take = async (fields: Partial<TakeAsk> = {}) => {
      const { revision } = await store.alerts.linked("default", new Map());
      const limits = { perAction: 60, perReceiver: 6_000 };
      const ask = { organization: "default", receiver: "json", now: instant, limits, revision };
      return store.alerts.take({ ...ask, alerts: [told()], starts: [], ...fields });
    };
    const page = { organization: "default", limit: 1000, cursor: undefined };
    const place = async (fields: Partial<Action> = linkedFields) => {
      const version = someVersion(fields);
      await store.runs.place(version, undefined);
      return version;
    };

    it("answers the linked actions, and counts a revision up when they change", async () => {
      const none = await store.alerts.linked("default", new Map());
      expect(none).toEqual({ revision: 0, actions: [] });
      await place({ alerts: [] });
      expect(await store.alerts.linked("default", new Map())).toEqual(none);
      const version = await place();
      const { revision, actions } = await store.alerts.linked("default", new Map());
      expect(actions).toMatchObject([
        { actionId: version.actionId, number: 1, version: { action: { alerts: [link] } } },
      ]);
      expect(revision).toBeGreaterThan(0);
      const known = new Map([[version.actionId, 1]]);
      expect((await store.alerts.linked("default", known)).actions).toMatchObject([{ version: undefined }]);
      await store.runs.place(someVersion(linkedFields, 2, version.actionId), undefined);
      expect((await store.alerts.linked("default", known)).actions).toMatchObject([
        { version: { number: 2 } },
      ]);
      await store.runs.place(someVersion({ alerts: [] }, 3, version.actionId), undefined);
      const unlinked = await store.alerts.linked("default", new Map());
      expect(unlinked.actions).toEqual([]);
      expect(unlinked.revision).toBe(revision + 2);
      expect((await store.alerts.linked("other", new Map())).revision).toBe(0);
    });

    it("writes nothing by links that have changed, or for a start without its run", async () => {
      const version = await place();
      const { revision } = await store.alerts.linked("default", new Map());
      expect(await take({ revision: revision - 1 })).toEqual({ kind: "moved" });
      const unprepared = start(version, { prepared: undefined, run: undefined });
      const wanted = { kind: "unprepared", unprepared: [{ start: 0, alerts: [0] }] };
      expect(await take({ starts: [unprepared] })).toEqual(wanted);
      // Made for other alerts than those that ask.
      const other = start(version);
      const forBoth = { ...other, prepared: { ...other.prepared!, alerts: [0, 1] } };
      expect(await take({ starts: [forBoth] })).toEqual(wanted);
      expect((await store.alerts.names(page)).items).toEqual([]);
      expect((await store.runs.find({ organization: "default", limit: 10 })).items).toEqual([]);
    });

    it("makes the run and tells of it together, and foresees the same", async () => {
      const version = await place();
      const { revision } = await store.alerts.linked("default", new Map());
      const { run: _, actionName: __, ...asked } = start(version, { prepared: undefined });
      const ask = { organization: "default", receiver: "json", now: instant, revision };
      const limits = { perAction: 60, perReceiver: 6_000 };
      const seen = await store.alerts.foresee({ ...ask, limits, alerts: [told()], starts: [asked] });
      expect(seen).toEqual({ kind: "foreseen", unprepared: [{ start: 0, alerts: [0] }] });
      const one = start(version);
      expect(await take({ starts: [one] })).toMatchObject({
        kind: "taken",
        started: [{ run: { id: one.run?.id }, alerts: [0] }],
        suppressed: 0,
      });
      const [entry] = (await store.alerts.entries({ ...page, name: "Down" })).items;
      expect(entry?.outcomes).toMatchObject([{ kind: "started", run: one.run?.id, key: "k" }]);
      const run = await store.runs.get("default", one.run!.id);
      expect(run?.trigger).toMatchObject({ alert: entry?.id });
      const again = await store.alerts.foresee({ ...ask, limits, alerts: [told()], starts: [asked] });
      expect(again).toEqual({ kind: "foreseen", unprepared: [] });
    });

    it("takes as many messages at the same time as come, each on what the one before has written", async () => {
      const version = await place();
      const many = Array.from({ length: 20 }, (_, number) =>
        take({ alerts: [told({ fingerprint: `f-${number}` })], starts: [start(version)] }),
      );
      const taken = await Promise.all(many);
      expect(taken.filter((one) => one.kind === "taken" && one.started.length === 1)).toHaveLength(1);
      expect((await store.runs.find({ organization: "default", limit: 100 })).items).toHaveLength(1);
    });

    it("pages names and entries, newest first, and refuses a cursor that it did not give out", async () => {
      for (let number = 0; number < 7; number += 1)
        await take({
          now: instant + number,
          alerts: [told({ name: `N-${number % 3} "ü"`, fingerprint: `${number}` })],
        });
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const { items, next } = await store.alerts.names({ organization: "default", limit: 2, cursor });
        names.push(...items.map(({ name }) => name));
        cursor = next;
      } while (cursor !== undefined);
      expect(names).toEqual(['N-0 "ü"', 'N-2 "ü"', 'N-1 "ü"']);
      const ask = { organization: "default", limit: 2, name: 'N-0 "ü"' };
      const first = await store.alerts.entries({ ...ask, cursor: undefined });
      const second = await store.alerts.entries({ ...ask, cursor: first.next });
      expect([...first.items, ...second.items].map(({ fingerprint }) => fingerprint)).toEqual([
        "6",
        "3",
        "0",
      ]);
      expect(second.next).toBeUndefined();
      for (const bad of ["x", "1", "1-!", "-"]) {
        await expect(store.alerts.names({ ...page, cursor: bad })).rejects.toMatchObject({
          code: "BAD_CURSOR",
        });
        await expect(store.alerts.entries({ ...ask, cursor: bad })).rejects.toMatchObject({
          code: "BAD_CURSOR",
        });
      }
      expect((await store.alerts.names({ ...page, organization: "other" })).items).toEqual([]);
    });

    it("forgets what was last heard of too long ago, and the name with its last entry", async () => {
      await take({ alerts: [told({ name: "Old" }), told({ name: "Kept", fingerprint: "g" })] });
      await take({ now: instant + 20 * day, alerts: [told({ name: "Kept", fingerprint: "g" })] });
      expect(await store.alerts.forget({ days: 30, now: instant + 29 * day })).toBe(false);
      expect((await store.alerts.names(page)).items).toHaveLength(2);
      await store.alerts.forget({ days: 30, now: instant + 31 * day });
      expect((await store.alerts.names(page)).items).toMatchObject([{ name: "Kept", received: 2 }]);
      expect((await store.alerts.entries({ ...page, name: "Old" })).items).toEqual([]);
    });

    it("keeps a cool-down that is not over, and one whose run is alive, whatever is forgotten", async () => {
      const version = await place();
      const cooldown = 400 * 24 * 60 * 60 * 1000;
      const cooling = start(version, { key: "cools", cooldown });
      const alive = start(version, { key: "lives", link: 1 });
      await take({ starts: [cooling, alive] });
      const late = instant + 390 * day;
      await store.alerts.forget({ days: 1, now: late });
      const again = await take({
        now: late,
        starts: [start(version, { key: "cools", cooldown }), start(version, { key: "lives", link: 1 })],
      });
      expect(again).toMatchObject({ kind: "taken", started: [], suppressed: 2 });
    });
  });
}
