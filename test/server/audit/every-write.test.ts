import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvalLinks, keyFileOf } from "../../../src/access/index.ts";
import type { AuditRow } from "../../../src/access/ports.ts";
import { openStore } from "../../../src/store/index.ts";
import { type Answer, type Ask, basic, wireClient } from "../../contract/wire/client.ts";
import { idOf, ok, toForm, usualForm } from "../../contract/wire/world.ts";
import { zip } from "../../contract/wire/zip.ts";
import { makeLive } from "../make-live.ts";
import { routesOf } from "../app-routes.ts";
import { root, type Started, startServer } from "../start-server.ts";

/*
 * Every route that writes is asked once, in the order below, and has to leave exactly one entry of whoever asked.
 */

interface World {
  readonly ids: Map<string, string>;
  asRoot(method: string, path: string, ask?: Ask): Promise<Answer>;
  asMachine(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A run of an action that waits for approval, started by the machine. */
  asking(): Promise<string>;
  link(run: string): string;
}
interface Case {
  /** Asks the route so that it does what it is for. */
  readonly ask: (world: World) => Promise<Answer>;
  readonly action: string;
  readonly object: RegExp;
  /** Who the entry is of, where that is not root. */
  readonly actor?: string;
  /** Where it is not done. */
  readonly outcome?: string;
}
const machine = "machine@example.com";
const runs = /^runs:[0-9A-Za-z]{27}$/;
const steps = [{ name: "Say", run: "echo said" }];
const code = { "main.py": "def main():\n    return 1\n" };
const form = (name: string) => ({
  form: toForm({ ...usualForm(name, machine), cron_expr: "0 0 1 1 *", file: zip(code) }),
});
const id = (world: World, name: string): string => world.ids.get(name) ?? `no ${name} yet`;
const keep = async (world: World, name: string, answer: Promise<Answer>, of = "id"): Promise<Answer> => {
  const got = await answer;
  world.ids.set(name, String((got.json as Record<string, unknown> | undefined)?.[of]));
  return got;
};

const cases: Readonly<Record<string, Case>> = {
  "POST /api/:org/service_accounts": {
    ask: ({ asRoot }) => asRoot("POST", "service_accounts", { json: { email: "a@example.com" } }),
    action: "create",
    object: /^service_accounts:a@example\.com$/,
  },
  "PUT /api/:org/service_accounts/:email": {
    ask: ({ asRoot }) => asRoot("PUT", "service_accounts/a@example.com", { json: { first_name: "A" } }),
    action: "update",
    object: /^service_accounts:a@example\.com$/,
  },
  "DELETE /api/:org/service_accounts/:email": {
    ask: ({ asRoot }) => asRoot("DELETE", "service_accounts/a@example.com"),
    action: "delete",
    object: /^service_accounts:a@example\.com$/,
  },
  "DELETE /api/:org/service_accounts/bulk": {
    ask: async ({ asRoot }) => {
      await asRoot("POST", "service_accounts", { json: { email: "b@example.com" } });
      return asRoot("DELETE", "service_accounts/bulk", { json: { ids: ["b@example.com"] } });
    },
    action: "delete",
    object: /^service_accounts:b@example\.com$/,
  },
  "POST /api/:org/roles": {
    ask: ({ asRoot }) => asRoot("POST", "roles", { json: { role: "sre" } }),
    action: "create",
    object: /^role:sre$/,
  },
  "PUT /api/:org/roles/:role": {
    ask: ({ asRoot }) =>
      asRoot("PUT", "roles/sre", { json: { add: [], remove: [], add_users: [], remove_users: [] } }),
    action: "update",
    object: /^role:sre$/,
  },
  "DELETE /api/:org/roles/:role": {
    ask: ({ asRoot }) => asRoot("DELETE", "roles/sre"),
    action: "delete",
    object: /^role:sre$/,
  },
  "DELETE /api/:org/roles/bulk": {
    ask: async ({ asRoot }) => {
      await asRoot("POST", "roles", { json: { role: "dba" } });
      return asRoot("DELETE", "roles/bulk", { json: { ids: ["dba"] } });
    },
    action: "delete",
    object: /^role:dba$/,
  },
  "POST /api/:org/tokens": {
    ask: (world) => keep(world, "token", world.asRoot("POST", "tokens", { json: { name: "ci" } })),
    action: "create",
    object: /^tokens:[0-9A-Za-z]{27}$/,
  },
  "DELETE /api/:org/tokens/:id": {
    ask: (world) => world.asRoot("DELETE", `tokens/${id(world, "token")}`),
    action: "delete",
    object: /^tokens:[0-9A-Za-z]{27}$/,
  },
  "PUT /api/:org/secrets/:name": {
    ask: ({ asRoot }) => asRoot("PUT", "secrets/db_password", { json: { value: "correct horse battery" } }),
    action: "create",
    object: /^secrets:db_password$/,
  },
  "DELETE /api/:org/secrets/:name": {
    ask: ({ asRoot }) => asRoot("DELETE", "secrets/db_password"),
    action: "delete",
    object: /^secrets:db_password$/,
  },
  "PUT /api/:org/providers/:name": {
    ask: ({ asRoot }) =>
      asRoot("PUT", "providers/api", { json: { provider: { kind: "http", baseUrl: "http://127.0.0.1:1" } } }),
    action: "create",
    object: /^providers:api$/,
  },
  "POST /api/:org/providers/:name/test": {
    ask: ({ asRoot }) => asRoot("POST", "providers/api/test"),
    action: "test",
    object: /^providers:api$/,
    outcome: "failed",
  },
  "DELETE /api/:org/providers/:name": {
    ask: ({ asRoot }) => asRoot("DELETE", "providers/api"),
    action: "delete",
    object: /^providers:api$/,
  },
  "POST /api/:org/syncs": {
    ask: ({ asRoot }) =>
      asRoot("POST", "syncs", { json: { scope: "team", from: 0, commit: "abc", plan_id: "p", items: [] } }),
    action: "sync",
    object: /^syncs:team$/,
  },
  "POST /api/:org/alerts/:receiver/address": {
    ask: ({ asRoot }) => asRoot("POST", "alerts/json/address", { json: { new: true } }),
    action: "create",
    object: /^alert:json$/,
  },
  "POST /api/:org/actions/upload": {
    ask: (world) => keep(world, "action", world.asRoot("POST", "actions/upload", form("uploaded")), "uuid"),
    action: "create",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "PUT /api/:org/actions/:id": {
    ask: (world) => world.asRoot("PUT", `actions/${id(world, "action")}`, { json: { description: "New" } }),
    action: "update",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "DELETE /api/:org/actions/:id": {
    ask: (world) => world.asRoot("DELETE", `actions/${id(world, "action")}`),
    action: "delete",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "DELETE /api/:org/actions/bulk": {
    ask: async ({ asRoot }) => {
      const ids = [idOf(await asRoot("POST", "actions/upload", form("another")))];
      return asRoot("DELETE", "actions/bulk", { json: { ids } });
    },
    action: "delete",
    object: /^action_scripts:[0-9A-Za-z]{27}$/,
  },
  "POST /api/:org/actions/:id/run": {
    ask: (world) => keep(world, "run", world.asRoot("POST", "actions/slow/run", { json: {} })),
    action: "start",
    object: runs,
  },
  "POST /api/:org/runs/:run/cancel": {
    ask: (world) => world.asRoot("POST", `runs/${id(world, "run")}/cancel`),
    action: "cancel",
    object: runs,
  },
  "POST /api/:org/runs/:run/retry": {
    ask: async (world) => {
      const headers = { accept: "text/event-stream" };
      await world.asRoot("GET", `runs/${id(world, "run")}/logs`, { headers });
      return world.asRoot("POST", `runs/${id(world, "run")}/retry`);
    },
    action: "retry",
    object: runs,
  },
  "POST /api/:org/actions/test/:id": {
    ask: ({ asRoot }) => asRoot("POST", "actions/test/quick", { json: {} }),
    action: "start",
    object: runs,
  },
  "POST /api/:org/runs/:run/approve": {
    ask: async (world) => world.asRoot("POST", `runs/${await world.asking()}/approve`, { json: {} }),
    action: "approve",
    object: runs,
  },
  "POST /api/:org/runs/:run/reject": {
    ask: async (world) =>
      world.asRoot("POST", `runs/${await world.asking()}/reject`, { json: { reason: "Not at night." } }),
    action: "reject",
    object: runs,
  },
  "POST /approvals/:link": {
    ask: async (world) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return world.asRoot("POST", world.link(await world.asking()), {
        body: "vote=approve",
        headers,
        authorization: null,
      });
    },
    action: "approve",
    object: runs,
  },
};

/** Routes that write nothing that the audit is about, each with the reason. */
const withoutEntry: Readonly<Record<string, string>> = {
  "POST /api/:org/actions/:id/dry-run": "nothing is started or written",
  "POST /api/:org/:stream/_json": "log records: there are as many as their sender likes",
  "POST /api/:org/_search": "reads; the run of a transform has its own entries",
  "POST /api/:org/alerts/:receiver": "alerts have a history of their own; runs that they start have entries",
};

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
  await live("slow", { steps: [{ name: "Sleep", run: "exec sleep 60" }] });
  await live("asks", { approval: { required: true, expires: "1h" }, concurrency: { overlap: "allow" } });
  const key = Buffer.from((await readFile(keyFileOf(dataDir), "utf8")).trim(), "hex");
  world = {
    ids: new Map(),
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
      "Each route that writes leaves one entry in the audit, in the transaction of what it writes: hand an auditEntry(principal, now, action, object) to the verb, call recordAudit there, and add the route to `cases` of this test (or to `withoutEntry`, with the reason).";
    expect(unknown, advice).toEqual([]);
    const gone = [...Object.keys(cases), ...Object.keys(withoutEntry)].filter(
      (route) => !writing.includes(route),
    );
    expect(gone, "These routes are gone; take them out of this test.").toEqual([]);
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
    const own = await world.asking();
    expect((await world.asMachine("POST", `runs/${own}/approve`, { json: {} })).status).toBe(403);
    const refused = (await entriesSince()).filter(({ outcome }) => outcome === "refused");
    expect(refused.map(({ actor, action, object, address }) => [actor, action, object, address])).toEqual([
      [machine, "approve", "route:POST /api/:org/runs/:run/approve", "127.0.0.1"],
      ["eve@example.com", "login", "route:GET /api/:org/actions", "127.0.0.1"],
      [machine, "request", "route:PUT /api/:org/secrets/:name", "127.0.0.1"],
    ]);
    expect(refused[2]?.detail).toContain("needs AllowPut on secrets:other");
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
    const run = id(world, "run");
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
    for (const value of ["correct horse", "hush-hush", "guessed password", "my secret passphrase"])
      expect(rows).not.toContain(value);
  });
});
