import assert from "node:assert/strict";
import { type Ask, basic } from "../client.ts";
import { ok, refused, toForm, usualForm, type WireCheck, type World } from "../world.ts";

type Grants = readonly (readonly [object: string, permission: string])[];

/** An account with these permissions; `_all` stands for all of the organization. Answers how it asks. */
async function accountWith(world: World, grants: Grants) {
  const email = `${world.unique()}@example.com`;
  const permissions = grants.map(([object, permission]) => ({
    object: object.replace(/_all$/, `_all_${world.organization}`),
    permission,
  }));
  const made = ok<{ token: string }>(
    await world.request("POST", "service_accounts", { json: { email, permissions } }),
  );
  world.later(() => world.request("DELETE", `service_accounts/${email}`));
  const authorization = basic(email, made.token);
  return (method: string, path: string, ask: Ask = {}) =>
    world.request(method, path, { ...ask, authorization });
}

/** Who may do what (section 1.5 of OpenObserve's rules, as far as accounts go). */
export const permissions: readonly WireCheck[] = [
  {
    name: "an account without permissions may do nothing",
    rotaOnly: true,
    async run(world) {
      const id = await world.create();
      const ask = await accountWith(world, []);
      const form = toForm(usualForm(world.unique(), world.account));
      for (const answer of [
        await ask("GET", "actions"),
        await ask("GET", `actions/${id}`),
        await ask("GET", `actions/download/${id}`),
        await ask("POST", "actions/upload", { form }),
        await ask("PUT", `actions/${id}`, { json: { description: "x" } }),
        await ask("DELETE", `actions/${id}`),
        await ask("DELETE", "actions/bulk", { json: { ids: [id] } }),
        await ask("POST", `actions/test/${id}`, { json: { inputs: [] } }),
        await ask("POST", `actions/${id}/run`, { json: {} }),
        await ask("GET", `actions/${id}/runs`),
        await ask("GET", "runs"),
        await ask("GET", "service_accounts"),
        await ask("POST", "service_accounts", { json: { email: "new@example.com" } }),
        await ask("GET", "roles"),
        await ask("POST", "roles", { json: { role: "new" } }),
        await ask("GET", "syncs?scope=contract"),
        await ask("POST", "syncs", {
          json: { scope: "contract", from: 0, plan_id: "0".repeat(64), items: [] },
        }),
        await ask("POST", "contract_stream/_json", { json: [{ a: 1 }] }),
        await ask("POST", "_search", {
          json: { query: { sql: 'SELECT * FROM "contract_stream"', start_time: 0, end_time: 1 } },
        }),
      ])
        refused(answer, 403, /Unauthorized Access/);
    },
  },
  {
    name: "a permission on one action is on that one alone",
    rotaOnly: true,
    async run(world) {
      const [mine, other] = [await world.create(), await world.create()];
      const ask = await accountWith(world, [[`action_scripts:${mine}`, "AllowAll"]]);
      ok(await ask("GET", `actions/${mine}`));
      ok(await ask("PUT", `actions/${mine}`, { json: { description: "mine" } }));
      refused(await ask("GET", `actions/${other}`), 403);
      const listed = ok<{ id: string }[]>(await ask("GET", "actions"));
      assert.deepEqual(
        listed.map(({ id }) => id),
        [mine],
      );
      refused(await ask("DELETE", "actions/bulk", { json: { ids: [mine, other] } }), 403);
      ok(await ask("GET", `actions/${mine}`));
    },
  },
  {
    name: "each verb is for itself",
    rotaOnly: true,
    async run(world) {
      const id = await world.create();
      const reader = await accountWith(world, [["action_scripts:_all", "AllowGet"]]);
      ok(await reader("GET", `actions/${id}`));
      assert.equal((await reader("GET", `actions/download/${id}`)).status, 200);
      refused(await reader("GET", "actions"), 403);
      refused(await reader("PUT", `actions/${id}`, { json: {} }), 403);
      refused(await reader("POST", `actions/${id}/run`, { json: {} }), 403);
      refused(await reader("DELETE", `actions/${id}`), 403);
    },
  },
  {
    name: "an account is nobody in another organization",
    rotaOnly: true,
    async run(world) {
      const ask = await accountWith(world, [["action_scripts:_all", "AllowAll"]]);
      ok(await ask("GET", "actions"));
      refused(await ask("GET", "/api/another_organization/actions"), 401);
    },
  },
  {
    name: "nobody runs code of theirs as an account that they may not read or that may more than they",
    rotaOnly: true,
    async run(world) {
      const [given, name] = [world.unique(), world.unique()];
      const id = await world.create({ name });
      const all = ["action_scripts:_all", "AllowAll"] as const;
      const ask = await accountWith(world, [all]);
      const read = [`service_accounts:${world.account}`, "AllowGet"] as const;
      const reader = await accountWith(world, [all, read]);
      const equal = await accountWith(world, [all, read, ["stream:_all", "AllowAll"]]);
      const before = ok<{ version: number }>(await ask("GET", `actions/${id}`)).version;
      const again = { ...usualForm(name, world.account), id };
      const needs = /AllowGet on service_accounts:/;
      const form = toForm(usualForm(given, world.account));
      refused(await ask("POST", "actions/upload", { form }), 403, needs);
      refused(await ask("POST", "actions/upload", { form: toForm(again) }), 403, needs);
      const silent = toForm({ ...again, service_account: undefined });
      refused(await ask("POST", "actions/upload", { form: silent }), 403, needs);
      assert.equal(ok<{ version: number }>(await ask("GET", `actions/${id}`)).version, before);
      // What it says of the same code is no code.
      ok(await ask("PUT", `actions/${id}`, { json: { description: "other words" } }));
      refused(
        await reader("POST", "actions/upload", { form: toForm(again) }),
        403,
        /does not hold .* stream:/,
      );
      ok(await equal("POST", "actions/upload", { form: toForm(again) }));
    },
  },
  {
    name: "nobody gives what they do not have",
    rotaOnly: true,
    async run(world) {
      const ask = await accountWith(world, [
        ["service_accounts:_all", "AllowAll"],
        ["role:_all", "AllowAll"],
      ]);
      const grant = { object: `action_scripts:_all_${world.organization}`, permission: "AllowAll" };
      const email = `${world.unique()}@example.com`;
      refused(await ask("POST", "service_accounts", { json: { email, permissions: [grant] } }), 403);
      const role = world.unique();
      ok(await ask("POST", "roles", { json: { role } }));
      world.later(() => world.request("DELETE", `roles/${role}`));
      refused(await ask("PUT", `roles/${role}`, { json: { add: [grant] } }), 403);
    },
  },
];
