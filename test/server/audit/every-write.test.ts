import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvalLinks, keyFileOf } from "../../../src/access/index.ts";
import type { AuditRow } from "../../../src/access/ports.ts";
import { openStore } from "../../../src/store/index.ts";
import { basic, wireClient } from "../../contract/wire/client.ts";
import { ok } from "../../contract/wire/world.ts";
import { routesOf } from "../app-routes.ts";
import { makeLive } from "../make-live.ts";
import { root, type Started, startServer } from "../start-server.ts";
import { cases, machine, steps, type World, withoutEntry } from "./writes.ts";

/*
 * Every route that writes is asked once, in the order below, and has to leave exactly one entry of whoever asked.
 */

let started: Started;
let world: World;
let mark = 0;

beforeAll(async () => {
  started = await startServer();
  const { address, login, dataDir } = started;
  const client = wireClient(address, "default", login);
  const made = await client.request("POST", "service_accounts", { json: { email: machine } });
  const { token } = ok<{ token: string }>(made);
  await client.request("POST", "roles", { json: { role: "machines" } });
  const add = ["AllowGet", "AllowPost"].map((permission) => ({
    object: "action_scripts:_all_default",
    permission,
  }));
  await client.request("PUT", "roles/machines", {
    json: { add, remove: [], add_users: [machine], remove_users: [] },
  });
  const other = wireClient(address, "default", basic(machine, token));
  const live = (name: string, fields: object) =>
    makeLive(client, { name, type: "runbook", steps, ...fields });
  await live("quick", {});
  await live("tells", { notify: { on: ["failure"], email: ["ops@example.com"] } });
  await live("slow", { steps: [{ name: "Sleep", run: "exec sleep 60" }] });
  await live("asks", { approval: { required: true, expires: "1h" }, concurrency: { overlap: "allow" } });
  const echoes = await live("echoes", { type: "realtime", serviceAccount: machine, steps: undefined });
  const key = Buffer.from((await readFile(keyFileOf(dataDir), "utf8")).trim(), "hex");
  world = {
    ids: new Map([["echoes", echoes]]),
    asRoot: client.request,
    asMachine: other.request,
    async asking() {
      const answer = await other.request("POST", "actions/asks/run", { json: {} });
      expect(answer.status, answer.text).toBe(201);
      return (answer.json as { id: string }).id;
    },
    link: (run) =>
      `/approvals/${approvalLinks(key).mint({
        organization: "default",
        run,
        email: root.email,
        round: 1,
        expires: (Date.now() + 3_600_000) * 1000,
      })}`,
  };
  mark = (await newest())[0]?.number ?? 0;
});
afterAll(() => started.stop());

async function newest(): Promise<readonly AuditRow[]> {
  const answer = await world.asRoot("GET", "audit?limit=100");
  return ok<{ items: AuditRow[] }>(answer).items;
}
/** Entries since the last call, of people and accounts. */
async function entriesSince(): Promise<readonly AuditRow[]> {
  const since = (await newest()).filter(({ number }) => number > mark);
  mark = since[0]?.number ?? mark;
  return since.filter(({ actor }) => actor !== "system");
}

describe("what is written through the API", () => {
  it("is known here, route by route", () => {
    const writing = routesOf(started.server.app).filter((route) => !/^(GET|OPTIONS) /.test(route));
    const unknown = writing.filter(
      (route) => !Object.hasOwn(cases, route) && !Object.hasOwn(withoutEntry, route),
    );
    const advice =
      "Each route that writes leaves one entry in the audit, in the transaction of what it writes: hand an auditEntry(principal, now, action, object) to the verb, call recordAudit there, and add the route to `cases` in test/server/audit/writes.ts (or to `withoutEntry`, with the reason).";
    expect(unknown, advice).toEqual([]);
    const gone = [...Object.keys(cases), ...Object.keys(withoutEntry)].filter(
      (route) => !writing.includes(route),
    );
    expect(gone, "These routes are gone; take them out of test/server/audit/writes.ts.").toEqual([]);
  });

  for (const [route, { ask, action, object, actor = root.email, outcome = "done" }] of Object.entries(cases))
    it(`N4: leaves one entry: ${route}`, async () => {
      await entriesSince();
      const answer = await ask(world);
      expect(answer.status, answer.text).toBeLessThan(300);
      const mine = (await entriesSince()).filter(
        (entry) => entry.action === action && object.test(entry.object),
      );
      expect(mine).toEqual([
        expect.objectContaining({ actor, action, address: "127.0.0.1", outcome, count: 1 }),
      ]);
    });

  it("is refused with an entry of the route, who asked, and from where", async () => {
    await entriesSince();
    expect((await world.asMachine("PUT", "secrets/other", { json: { value: "hush-hush" } })).status).toBe(
      403,
    );
    const wrong = { authorization: basic("eve@example.com", "guessed password") };
    expect((await world.asRoot("GET", "actions", wrong)).status).toBe(401);
    expect((await world.asRoot("GET", "actions", { authorization: null })).status).toBe(401);
    const json = { email: "eve@example.com", password: "guessed password" };
    expect((await world.asRoot("POST", "/login", { json, authorization: null })).status).toBe(401);
    const own = await world.asking();
    expect((await world.asMachine("POST", `runs/${own}/approve`, { json: {} })).status).toBe(403);
    const refused = (await entriesSince()).filter(({ outcome }) => outcome === "refused");
    expect(refused.map(({ actor, action, object, address }) => [actor, action, object, address])).toEqual([
      [machine, "approve", "route:POST /api/:org/runs/:run/approve", "127.0.0.1"],
      ["eve@example.com", "login", "route:POST /login", "127.0.0.1"],
      ["eve@example.com", "login", "route:GET /api/:org/actions", "127.0.0.1"],
      [machine, "request", "route:PUT /api/:org/secrets/:name", "127.0.0.1"],
    ]);
    expect(refused[3]?.detail).toContain("needs AllowPut on secrets:other");
  });

  it("can be read and verified by administrators alone, and by nobody through another organization", async () => {
    for (const path of ["audit", "audit/verify"])
      expect((await world.asMachine("GET", path)).status).toBe(403);
    const other = wireClient(started.address, "other", started.login);
    const { items } = ok<{ items: AuditRow[] }>(await other.request("GET", "audit"));
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([["login", root.email]]);
    expect(ok(await world.asRoot("GET", "audit/verify"))).toMatchObject({ ok: true, first: 1, problems: [] });
  });

  it("is found by what a person has at hand, page by page", async () => {
    const items = async (query: string) =>
      ok<{ items: AuditRow[]; next: string | null }>(await world.asRoot("GET", `audit?${query}`));
    const run = world.ids.get("run");
    const ofRun = await items(`object=${run}`);
    expect(ofRun.items.map(({ action }) => action)).toEqual(["end", "cancel", "start"]);
    expect((await items("object=slow&action=create")).items).toHaveLength(1);
    expect((await items("object=secrets:db_password")).items.map(({ action }) => action)).toEqual([
      "delete",
      "create",
    ]);
    expect((await items("actor=MACHINE@example.com&action=login")).items).toHaveLength(1);
    expect((await items("since=1h&until=30m")).items).toEqual([]);
    const [all, seen] = [(await items("limit=1000")).items, [] as AuditRow[]];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await items(`limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.next;
    }
    expect(seen).toEqual(all);
    for (const [query, sentence] of [
      ["since=yesterday", /since is no time/],
      ["object=nothing_of_that_name", /There is no action of that name now/],
      ["cursor=1", /cursor/],
      ["outcome=maybe", /outcome/],
    ] as const) {
      const answer = await world.asRoot("GET", `audit?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.text).toMatch(sentence);
    }
  });

  it("leaves no value of a secret in any entry, nor a password that was typed as a name", async () => {
    const typed = `Basic ${Buffer.from("my secret passphrase:").toString("base64")}`;
    expect((await world.asRoot("GET", "actions", { authorization: typed })).status).toBe(401);
    await started.server.stop();
    const store = await openStore({ path: `${started.dataDir}/rota.db` });
    const rows = JSON.stringify(await store.audit.rows({ after: 0, limit: 10_000 }));
    await store.close();
    expect(rows).toContain("(no e-mail)");
    for (const value of [
      "correct horse",
      "difference engine",
      "hush-hush",
      "guessed password",
      "my secret passphrase",
    ])
      expect(rows).not.toContain(value);
  });
});
