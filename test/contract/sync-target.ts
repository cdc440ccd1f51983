import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import type { Applied, LiveItem } from "../../src/core/plan/plan.ts";
import { defaultPlanOptions } from "../../src/core/plan/plan-options.ts";
import type { LiveServer } from "../../src/sync/ports.ts";
import { apply } from "../../src/sync/sync.ts";
import { TargetError } from "../../src/sync/targets/target-error.ts";
import {
  creation,
  type Declared,
  declaredAction as declared,
  declaredAccount,
  declaredProvider,
  deletion,
  sshFields,
  update,
} from "./sync-items.ts";

/** An empty live server for one run of the suite. */
export interface OpenServer {
  readonly server: LiveServer;
  close(): Promise<void>;
}

/** What every live server must do, whoever implements it. */
export function syncTargetContract(name: string, open: () => Promise<OpenServer>): void {
  describe(`sync target: ${name}`, () => {
    let opened: OpenServer;
    let test = 0;
    // Starting a server costs a second: one for all, and names and a scope of its own for each test.
    let [scope, a, b, account] = ["", "", "", ""] as [string, string, string, string];
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    beforeEach(async () => {
      test++;
      [scope, a, b, account] = [`contract/${test}`, `a_${test}`, `b_${test}`, `runner-${test}@example.com`];
      await create(declaredAccount(account, "action_scripts:_all_default"));
    });

    const declaredAction = (name: string, fields: JsonObject = {}, body?: string) =>
      declared(name, { serviceAccount: account, ...fields }, body);
    const perform = (op: Parameters<LiveServer["target"]["perform"]>[0], to?: Declared) =>
      opened.server.target.perform(op, to?.item, scope, (to ?? declaredAction("none")).source);
    const get = (name: string, kind: LiveItem["kind"] = "action") => opened.server.target.get({ kind, name });
    const create = async (to: Declared): Promise<LiveItem> => {
      await perform(creation(to), to);
      return found(await get(to.item.name, to.item.kind));
    };
    const found = (item: LiveItem | undefined): LiveItem => item ?? expect.unreachable("nothing is there");
    const codeOf = (error: unknown) => (error instanceof TargetError ? error.code : error);
    const failed = async (work: Promise<unknown>) =>
      codeOf(
        await work.then(
          () => expect.unreachable("it should have failed"),
          (error: unknown) => error,
        ),
      );

    describe("actions", () => {
      it("are created whole, and listed with digest, code, owner and ETag", async () => {
        const whole = declaredAction(a, { env: { LEVEL: "1" }, protect: true });
        const { item } = whole;
        const live = await create(whole);
        const as = { digest: item.digest, code: item.code, managedBy: scope, protect: true };
        expect(live).toMatchObject({ kind: "action", name: a, fields: item.fields, ...as });
        const listed = (await opened.server.target.list()).find((other) => other.name === a);
        expect(listed).toMatchObject({ id: live.id, etag: live.etag, ...as });
      });

      it("that do not exist are undefined", async () => {
        expect(await get("nobody")).toBeUndefined();
        expect(await get("nobody@example.com", "service-account")).toBeUndefined();
      });

      it("are not created over one of the same name", async () => {
        const live = await create(declaredAction(a));
        const other = declaredAction(a, { env: { LEVEL: "2" } });
        expect(await failed(perform(creation(other), other))).toMatch(/REFUSED|PRECONDITION_FAILED/);
        expect(await get(a)).toEqual(live);
      });

      it("change their fields alone, keeping their code", async () => {
        const live = await create(declaredAction(a));
        const changed = declaredAction(a, { env: { LEVEL: "2" } });
        await perform(update(live, changed), changed);
        const now = found(await get(a));
        expect(now).toMatchObject({ id: live.id, digest: changed.item.digest, code: live.code });
        expect(now.etag).not.toBe(live.etag);
      });

      it("change their code", async () => {
        const live = await create(declaredAction(a));
        const changed = declaredAction(a, {}, "return 1");
        await perform(update(live, changed), changed);
        expect(await get(a)).toMatchObject({
          id: live.id,
          digest: changed.item.digest,
          code: changed.item.code,
        });
      });

      it("change their schedule, and back to the same digest", async () => {
        const [one, two] = ["0 1 * * *", "0 2 * * *"].map((cron) =>
          declaredAction(a, { schedule: { cron } }),
        );
        const first = await create(one as Declared);
        await perform(update(first, two as Declared), two);
        const second = found(await get(a));
        await perform(update(second, one as Declared), one);
        expect((await get(a))?.digest).toBe(first.digest);
      });

      it("do not change, nor go, when they are not what was planned against", async () => {
        const live = await create(declaredAction(a));
        const changed = declaredAction(a, { env: { LEVEL: "2" } });
        await perform(update(live, changed), changed);
        const now = found(await get(a));
        const stale = declaredAction(a, { env: { LEVEL: "3" } });
        expect(await failed(perform(update(live, stale), stale))).toBe("PRECONDITION_FAILED");
        const code = declaredAction(a, {}, "return 3");
        expect(await failed(perform(update(live, code), code))).toBe("PRECONDITION_FAILED");
        expect(await failed(perform(deletion(live)))).toBe("PRECONDITION_FAILED");
        expect(await get(a)).toEqual(now);
      });

      it("do not change their type", async () => {
        const live = await create(declaredAction(a));
        const other = declaredAction(a, { type: "realtime" });
        await failed(perform(update(live, other), other));
        expect(await get(a)).toEqual(live);
      });

      it("take another name, unless it is taken", async () => {
        const live = await create(declaredAction(a));
        const renamed = declaredAction(b);
        await perform(update(live, renamed), renamed);
        expect(await get(a)).toBeUndefined();
        expect(await get(b)).toMatchObject({ id: live.id, digest: renamed.item.digest });
        const again = await create(declaredAction(a));
        expect(await failed(perform(update(again, renamed), renamed))).toBe("REFUSED");
        expect(await get(a)).toEqual(again);
      });

      it("go when they are deleted, and only once", async () => {
        const live = await create(declaredAction(a));
        await perform(deletion(live));
        expect(await get(a)).toBeUndefined();
        expect(await failed(perform(deletion(live)))).toMatch(/REFUSED|PRECONDITION_FAILED/);
      });
    });

    describe("service accounts", () => {
      const email = "contract-other@example.com";

      it("are created, changed and deleted, each with its precondition", async () => {
        const first = declaredAccount(email, "action_scripts:_all_default");
        const live = await create(first);
        expect(live).toMatchObject({
          digest: first.item.digest,
          fields: first.item.fields,
          managedBy: scope,
        });
        const second = declaredAccount(email, "action_scripts:_all_default", "stream:_all_default");
        await perform(update(live, second), second);
        const now = found(await get(email, "service-account"));
        expect(now).toMatchObject({ digest: second.item.digest, fields: second.item.fields });
        expect(await failed(perform(update(live, first), first))).toBe("PRECONDITION_FAILED");
        expect(await failed(perform(deletion(live)))).toBe("PRECONDITION_FAILED");
        await perform(deletion(now));
        expect(await get(email, "service-account")).toBeUndefined();
      });
    });

    describe("providers", () => {
      const of = (fields: JsonObject) => declaredProvider(b, fields);
      const api = { kind: "http", baseUrl: "https://api.example.com", headers: { Accept: "text/plain" } };

      it("are created, changed and deleted, each with its precondition", async () => {
        const first = of(sshFields("web-1.example.com"));
        const live = await create(first);
        const as = { digest: first.item.digest, fields: first.item.fields, managedBy: scope };
        expect(live).toMatchObject({ kind: "provider", name: b, ...as });
        const listed = (await opened.server.target.list()).find(({ name }) => name === b);
        expect(listed).toMatchObject({ id: live.id, etag: live.etag, digest: first.item.digest });
        const second = of({ ...sshFields("web-1.example.com"), port: 2222, key: { secret: "other_key" } });
        await perform(update(live, second), second);
        const now = found(await get(b, "provider"));
        expect(now).toMatchObject({ digest: second.item.digest, fields: second.item.fields });
        expect(now.etag).not.toBe(live.etag);
        expect(await failed(perform(update(live, first), first))).toBe("PRECONDITION_FAILED");
        expect(await failed(perform(deletion(live)))).toBe("PRECONDITION_FAILED");
        await perform(deletion(now));
        expect(await get(b, "provider")).toBeUndefined();
        expect(await failed(perform(deletion(now)))).toMatch(/REFUSED|PRECONDITION_FAILED/);
      });

      it("become of another kind, and back to the same digest", async () => {
        const live = await create(of({ kind: "host", user: "ops" }));
        await perform(update(live, of(api)), of(api));
        const now = found(await get(b, "provider"));
        expect(now.fields).toEqual(api);
        await perform(update(now, of({ kind: "host", user: "ops" })), of({ kind: "host", user: "ops" }));
        expect((await get(b, "provider"))?.digest).toBe(live.digest);
      });

      it("are not created over one of the same name", async () => {
        const live = await create(of(api));
        const other = of({ kind: "host", user: "ops" });
        expect(await failed(perform(creation(other), other))).toMatch(/REFUSED|PRECONDITION_FAILED/);
        expect(await get(b, "provider")).toEqual(live);
      });

      it("share no name with an action", async () => {
        await create(of(api));
        await create(declaredAction(b));
        expect((await opened.server.target.list()).filter(({ name }) => name === b)).toHaveLength(2);
      });
    });

    describe("the ledger", () => {
      const record = (generation: number, over: Partial<Applied> = {}): Applied => ({
        generation,
        scope,
        commit: "c".repeat(40),
        planId: "d".repeat(64),
        actor: "somebody@example.com",
        at: 0,
        items: [{ kind: "action", name: a, id: "2sXyEw7f5sKk8pGk1n0Q0h4cZbT", digest: "e".repeat(64) }],
        alerts: [{ name: "Down", receiver: "json", match: undefined }],
        ...over,
      });

      it("is empty, then holds what was recorded", async () => {
        const { ledger } = opened.server;
        expect(await ledger.read(scope)).toBeUndefined();
        expect(await ledger.advance(0, record(1))).toBe(true);
        const { actor: _, at: __, ...rest } = record(1);
        expect(await ledger.read(scope)).toMatchObject(rest);
      });

      it("moves only from the generation that it has, for each scope by itself", async () => {
        const { ledger } = opened.server;
        expect(await ledger.advance(0, record(1))).toBe(true);
        expect(await ledger.advance(0, record(1))).toBe(false);
        expect(await ledger.advance(1, record(2, { commit: undefined, items: [] }))).toBe(true);
        expect(await ledger.read(scope)).toMatchObject({ generation: 2, commit: undefined, items: [] });
        const other = `${scope}/other`;
        expect(await ledger.advance(0, record(1, { scope: other }))).toBe(true);
        expect((await ledger.read(other))?.generation).toBe(1);
      });

      it("is moved by one of several that try at once", async () => {
        const { ledger } = opened.server;
        const moved = await Promise.all(Array.from({ length: 5 }, () => ledger.advance(0, record(1))));
        expect(moved.filter(Boolean)).toHaveLength(1);
      });
    });

    describe("apply", () => {
      const applied = (...all: readonly Declared[]) => {
        const items = [declaredAccount(account, "action_scripts:_all_default"), ...all];
        const sources = new Map(items.map(({ item, source }) => [item.name, source]));
        return apply({
          load: async () => ({
            items: items.map(({ item }) => item),
            source: ({ name }) => sources.get(name) ?? expect.unreachable(),
            scope,
            scopeWritten: true,
            prune: false,
            commit: undefined,
            origin: "folder",
            warnings: [],
            close: async () => {},
          }),
          server: opened.server,
          organization: "default",
          engine: "rota test",
          options: { ...defaultPlanOptions, prune: true, allowDeletes: true },
          actor: "test@example.com",
        });
      };
      const outcome = async (...all: readonly Declared[]) => {
        const report = await applied(...all);
        expect(report.items.filter((item) => item.outcome !== "done")).toEqual([]);
        expect(report).toMatchObject({ exitCode: 0, notConverged: undefined });
        return report.items.map(({ operation, name }) => `${operation} ${name}`);
      };

      it("makes, changes, replaces and deletes, writes nothing twice, and reverts to the same digest", async () => {
        const runner = declaredAction(a, { schedule: { cron: "0 1 * * *" } });
        expect(await outcome(runner, declaredAction(b))).toEqual([`create ${a}`, `create ${b}`]);
        expect(await outcome(runner, declaredAction(b))).toEqual([]);
        const before = (await get(a))?.digest;
        expect(await outcome(declaredAction(a, { type: "realtime" }))).toEqual([
          `replace ${a}`,
          `delete ${b}`,
        ]);
        expect(await get(a)).toMatchObject({ name: a, managedBy: scope, fields: { type: "realtime" } });
        expect(await outcome(runner)).toEqual([`replace ${a}`]);
        expect((await get(a))?.digest).toBe(before);
        expect(await outcome(runner)).toEqual([]);
      });

      it("makes providers before the actions that run there, and deletes them after these", async () => {
        const [web, bastion] = [`web-${test}`, `bastion-${test}`];
        const runner = declaredAction(a);
        const both = [
          declaredProvider(web, sshFields("web", bastion)),
          declaredProvider(bastion, sshFields("bastion")),
        ];
        expect(await outcome(runner, ...both)).toEqual([`create ${bastion}`, `create ${web}`, `create ${a}`]);
        expect(await outcome(runner, ...both)).toEqual([]);
        // The other way round: each of them alone would lead back to itself for a moment.
        const turned = [
          declaredProvider(web, sshFields("web")),
          declaredProvider(bastion, sshFields("bastion", web)),
        ];
        expect(await outcome(runner, ...turned)).toEqual([`update ${bastion}`, `update ${web}`]);
        const other = { ...sshFields("web"), port: 2222 };
        expect(await outcome(runner, declaredProvider(web, other))).toEqual([
          `update ${web}`,
          `delete ${bastion}`,
        ]);
        expect(await outcome()).toEqual([`delete ${a}`, `delete ${web}`]);
      });
    });
  });
}
