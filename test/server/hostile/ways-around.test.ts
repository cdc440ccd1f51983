import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wireClient } from "../../contract/wire/client.ts";
import { ok } from "../../contract/wire/world.ts";
import { makeLive } from "../make-live.ts";
import { type Started, startServer } from "../start-server.ts";

type Client = ReturnType<typeof wireClient>;
interface RunItem {
  readonly id: string;
  readonly state: string;
  readonly action: string;
  readonly trigger: { readonly kind: string };
}

let started: Started;
let asRoot: Client;
const steps = [{ name: "Say", run: "echo it ran" }];
const password = "a long password";

const basic = (email: string, secret: string): string =>
  `Basic ${Buffer.from(`${email}:${secret}`).toString("base64")}`;
const clientOf = (login: string): Client => wireClient(started.address, "default", login);

/** A person with roles. */
async function person(email: string, ...roles: readonly string[]): Promise<Client> {
  const [role, ...custom_role] = roles;
  ok(await asRoot.request("POST", "users", { json: { email, password, role, custom_role } }));
  return clientOf(basic(email, password));
}

/** An own role with permissions. */
async function role(name: string, ...grants: readonly (readonly [string, string])[]): Promise<void> {
  ok(await asRoot.request("POST", "roles", { json: { role: name } }));
  const add = grants.map(([object, permission]) => ({ object, permission }));
  ok(
    await asRoot.request("PUT", `roles/${name}`, {
      json: { add, remove: [], add_users: [], remove_users: [] },
    }),
  );
}

const runsOf = async (action: string): Promise<readonly RunItem[]> =>
  ok<{ items: readonly RunItem[] }>(await asRoot.request("GET", `actions/${action}/runs`)).items;

async function runOf(action: string): Promise<RunItem> {
  await expect
    .poll(() => runsOf(action).then(({ length }) => length), { timeout: 20_000 })
    .toBeGreaterThan(0);
  return (await runsOf(action))[0]!;
}

beforeAll(async () => {
  started = await startServer();
  asRoot = clientOf(started.login);
});
afterAll(() => started.stop());

const start = async (client: Client, name: string): Promise<RunItem> => {
  const answer = await client.request("POST", `actions/${name}/run`, { json: {} });
  expect(answer.status, answer.text).toBe(201);
  return answer.json as RunItem;
};
const ended = async (id: string): Promise<RunItem> => {
  await asRoot.request("GET", `runs/${id}/logs?follow=true`, {});
  return ok<RunItem>(await asRoot.request("GET", `runs/${id}`));
};
const approval = { required: true, expires: "1h" };

describe("ways around an approval", () => {
  it("D4: a retry of a run from before approval was required waits for people as well", async () => {
    const failing = [{ name: "Fail", run: "exit 3" }];
    const id = await makeLive(asRoot, { name: "hardened", type: "runbook", steps: failing });
    const ann = await person("ann-retry@example.com", "operator");
    const before = await start(ann, "hardened");
    expect(await ended(before.id)).toMatchObject({ state: "failed" });
    await makeLive(asRoot, { name: "hardened", type: "runbook", steps: failing, approval }, id);
    const retried = await ann.request("POST", `runs/${before.id}/retry`, { json: {} });
    expect(retried.status, retried.text).toBe(201);
    expect(retried.json).toMatchObject({ state: "waiting", approval: { state: "asked" } });
  });

  it("D4: whoever started what led to a run by an event does not approve it", async () => {
    await makeLive(asRoot, { name: "harmless", type: "runbook", steps });
    await makeLive(asRoot, {
      name: "follows",
      type: "runbook",
      mode: "triggered",
      steps,
      approval,
      events: [{ run: "harmless", state: "succeeded" }],
    });
    await role("both", ["runs:_all_default", "AllowAll"], ["approval:_all_default", "AllowAll"]);
    const ann = await person("ann-event@example.com", "viewer", "both");
    await start(ann, "harmless");
    const { id } = await runOf("follows");
    const voted = await ann.request("POST", `runs/${id}/approve`, { json: {} });
    expect(voted.status, voted.text).toBe(403);
    expect(ok(await asRoot.request("POST", `runs/${id}/approve`, { json: {} }))).toBeTruthy();
  });

  it("D4: whoever started the script that started a run does not approve it", async () => {
    const account = "helper@example.com";
    ok(await asRoot.request("POST", "service_accounts", { json: { email: account } }));
    await role("helpers", ["action_scripts:_all_default", "AllowGet"], ["runs:_all_default", "AllowPost"]);
    const json = { add: [], remove: [], add_users: [account], remove_users: [] };
    ok(await asRoot.request("PUT", "roles/helpers", { json }));
    await makeLive(asRoot, { name: "by-script", type: "runbook", steps });
    const events = [{ run: "by-script", state: "succeeded" }];
    await makeLive(asRoot, {
      ...{ name: "after-script", type: "runbook", mode: "triggered" },
      ...{ steps, approval, events },
    });
    const call =
      "python3 -c \"import os, urllib.request as u; u.urlopen(u.Request(os.environ['ORIGIN_CLUSTER_URL'] + '/api/default/actions/by-script/run', b'{}', {'Content-Type': 'application/json', 'Authorization': 'Basic ' + os.environ['ORIGIN_CLUSTER_TOKEN']}))\"";
    const calling = [{ name: "Call", run: call }];
    await makeLive(asRoot, { name: "calls", type: "runbook", steps: calling, serviceAccount: account });
    await role("both-script", ["runs:_all_default", "AllowAll"], ["approval:_all_default", "AllowAll"]);
    const ann = await person("ann-script@example.com", "viewer", "both-script");
    await start(ann, "calls");
    const { id } = await runOf("after-script");
    const voted = await ann.request("POST", `runs/${id}/approve`, { json: {} });
    expect(voted.status, voted.text).toBe(403);
    expect(voted.text).toContain("started what led to the run");
  });

  it("D4: whoever may give roles does not make themselves an approver by one that gives nothing", async () => {
    await role("sre-marker");
    await role("giver", ["role:_all_default", "AllowAll"]);
    const eve = await person("eve-giver@example.com", "viewer", "giver");
    const json = { add: [], remove: [], add_users: ["eve-giver@example.com"], remove_users: [] };
    const given = await eve.request("PUT", "roles/sre-marker", { json });
    expect(given.status, given.text).toBe(403);
  });
});

describe("ways to more rights", () => {
  it("other steps for a runbook with a service account are code that acts as it", async () => {
    const account = "mighty@example.com";
    const { token: _ } = ok<{ token: string }>(
      await asRoot.request("POST", "service_accounts", { json: { email: account } }),
    );
    const json = { add: [], remove: [], add_users: [account], remove_users: [] };
    ok(await asRoot.request("PUT", "roles/admin", { json }));
    const before = { name: "as-admin", type: "runbook", steps, serviceAccount: account };
    const id = await makeLive(asRoot, before);
    const eve = await person("eve-steps@example.com", "editor");
    const action = { ...before, steps: [{ name: "Steal", run: "echo $ORIGIN_CLUSTER_TOKEN" }] };
    const put = await eve.request("PUT", `actions/${id}`, { json: { action } });
    expect(put.status, put.text).toBe(403);
  });

  it("a narrowed token ends none of its person's other tokens", async () => {
    const ann = await person("ann-narrow@example.com", "operator");
    const make = (json: object) => ann.request("POST", "tokens", { json });
    const other = (await make({ name: "other" })).json as { id: string };
    const permissions = [{ object: "alert:json", permission: "AllowPost" }];
    const narrowed = (await make({ name: "n", permissions })).json as { token: string };
    const eve = clientOf(`Bearer ${narrowed.token}`);
    const listed = await eve.request("GET", "tokens", {});
    const gone = await eve.request("DELETE", `tokens/${other.id}`, {});
    expect([listed.status, gone.status], listed.text).toEqual([403, 403]);
  });

  it("events tell nobody of the runs of an action that they may not see", async () => {
    await makeLive(asRoot, { name: "db-secretive", type: "runbook", steps });
    await role("web-only", ["action_scripts:name:web-*", "AllowAll"], ["runs:name:web-*", "AllowAll"]);
    const eve = await person("eve-events@example.com", "web-only");
    await expect(
      makeLive(eve, {
        name: "web-listens",
        type: "runbook",
        mode: "triggered",
        steps,
        events: [{ run: "db-secretive", state: "succeeded" }],
      }),
    ).rejects.toThrow(/403|needs AllowGet/);
  });
});

it("a list of alerts tells of 1,000 that were declared and never received, and of those that were, however many", async () => {
  const names = Array.from({ length: 12_000 }, (_, at) => `Declared${String(at).padStart(5, "0")}`);
  const alerts = (some: readonly string[]) => some.map((name) => ({ name, receiver: "json" }));
  for (const [scope, some] of [
    ["a/many", names.slice(0, 10_000)],
    ["a/more", names.slice(10_000)],
  ] as const) {
    const json = { scope, from: 0, plan_id: "p", items: [], alerts: alerts(some) };
    ok(await asRoot.request("POST", "syncs", { json }));
  }
  ok(await asRoot.request("POST", "alerts/json", { json: { name: "Declared00000" } }));
  const { items } = ok<{ items: readonly { name: string; received: number }[] }>(
    await asRoot.request("GET", "alerts?limit=10"),
  );
  expect(items.map(({ name }) => name)).toEqual(names.slice(0, 1001));
  expect(items.filter(({ received }) => received > 0)).toHaveLength(1);
});
