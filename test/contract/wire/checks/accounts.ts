import assert from "node:assert/strict";
import { basic } from "../client.ts";
import { ok, refused, type WireCheck, type World } from "../world.ts";

type Item = Record<string, unknown>;
const emailOf = (world: World) => `${world.unique()}@example.com`;

async function account(world: World, more: object = {}): Promise<{ email: string; token: string }> {
  const email = emailOf(world);
  const made = ok<Item>(await world.request("POST", "service_accounts", { json: { email, ...more } }));
  world.later(() => world.request("DELETE", `service_accounts/${email}`));
  assert.equal(made.code, 200);
  assert.equal(made.message, "User saved successfully");
  assert.equal(made.user, email);
  assert.equal(typeof made.token, "string");
  return { email, token: String(made.token) };
}
const find = async (world: World, email: string) =>
  ok<{ data: Item[] }>(await world.request("GET", "service_accounts")).data.find(
    (one) => one.email === email,
  );

/** Service accounts, roles and what follows from them. */
export const accounts: readonly WireCheck[] = [
  {
    name: "a service account is made, listed without its token, and logs in with it",
    async run(world) {
      const { email, token } = await account(world, { first_name: "Con", last_name: "Tract" });
      const item = await find(world, email);
      assert.equal(item?.first_name, "Con");
      assert.equal(item?.last_name, "Tract");
      assert.ok(!JSON.stringify(item).includes(token), "the list shows the token");
      assert.equal(item?.token, `${token.slice(0, 4)}${"*".repeat(8)}`);
      const authorization = basic(email, token);
      const answer = await world.request("GET", "actions", { authorization });
      assert.notEqual(answer.status, 401);
    },
  },
  {
    name: "a second account of an e-mail, and a bad e-mail, are refused",
    async run(world) {
      const { email } = await account(world);
      refused(
        await world.request("POST", "service_accounts", { json: { email } }),
        400,
        "User already exists",
      );
      refused(
        await world.request("POST", "service_accounts", { json: { email: "x" } }),
        400,
        "Invalid email",
      );
    },
  },
  {
    name: "a token that was rotated lets nobody in any more",
    async run(world) {
      const { email, token } = await account(world);
      const answer = await world.request("PUT", `service_accounts/${email}?rotateToken=true`, { json: {} });
      const rotated = ok<Item>(answer);
      assert.equal(rotated.user, email);
      const status = async (secret: string) =>
        (await world.request("GET", "actions", { authorization: basic(email, secret) })).status;
      assert.equal(await status(token), 401);
      assert.notEqual(await status(String(rotated.token)), 401);
    },
  },
  {
    name: "an account is renamed and deleted; what is not there is 404",
    async run(world) {
      const { email } = await account(world);
      ok(
        await world.request("PUT", `service_accounts/${email}`, {
          json: { first_name: "New", last_name: "Name" },
        }),
      );
      assert.equal((await find(world, email))?.first_name, "New");
      ok(await world.request("DELETE", `service_accounts/${email}`));
      assert.equal(await find(world, email), undefined);
      refused(await world.request("DELETE", `service_accounts/${email}`), 404);
      const rotate = `service_accounts/${email}?rotateToken=true`;
      refused(await world.request("PUT", rotate, { json: {} }), 404);
    },
  },
  {
    name: "accounts are deleted in bulk",
    async run(world) {
      const [a, b] = [await account(world), await account(world)];
      const json = { ids: [a.email, b.email] };
      const answer = ok<Item>(await world.request("DELETE", "service_accounts/bulk", { json }));
      assert.deepEqual(answer.successful, json.ids);
      assert.deepEqual(answer.unsuccessful, []);
    },
  },
  {
    name: "an account carries permissions, its owner, a digest and an ETag",
    rotaOnly: true,
    async run(world) {
      const permissions = [
        { object: `stream:_all_${world.organization}`, permission: "AllowPost" },
        { object: `action_scripts:_all_${world.organization}`, permission: "AllowGet" },
      ];
      const { email } = await account(world, { permissions, managed_by: "contract" });
      const item = await find(world, email);
      assert.deepEqual(item?.permissions, [...permissions].reverse(), "sorted");
      assert.equal(item?.managed_by, "contract");
      assert.match(String(item?.digest), /^[0-9a-f]{64}$/);
      const etag = `"${item?.etag}"`;
      const path = `service_accounts/${email}`;
      const change = { json: { permissions: [] }, headers: { "if-match": etag } };
      ok(await world.request("PUT", path, change));
      refused(await world.request("PUT", path, change), 412);
      refused(await world.request("DELETE", path, { headers: { "if-match": etag } }), 412);
      const after = await find(world, email);
      assert.deepEqual(after?.permissions, []);
      assert.equal(after?.managed_by, "contract");
    },
  },
  {
    name: "a role gives its members what it holds",
    async run(world) {
      const { email, token } = await account(world);
      const role = world.unique();
      const created = await world.request("POST", "roles", { json: { role } });
      assert.equal(created.status, 200, created.text);
      world.later(() => world.request("DELETE", `roles/${role}`));
      refused(await world.request("POST", "roles", { json: { role } }), 400, /already exists/);
      assert.ok(ok<string[]>(await world.request("GET", "roles")).includes(role));
      const authorization = basic(email, token);
      assert.equal((await world.request("GET", "actions", { authorization })).status, 403);
      const grant = { object: `action_scripts:_all_${world.organization}`, permission: "AllowList" };
      const json = { add: [grant], remove: [], add_users: [email], remove_users: [] };
      ok(await world.request("PUT", `roles/${role}`, { json }));
      ok(await world.request("GET", "actions", { authorization }));
      assert.deepEqual(ok(await world.request("GET", `roles/${role}/permissions`)), [grant]);
      assert.deepEqual(ok(await world.request("GET", `roles/${role}/permissions/action_scripts`)), [grant]);
      assert.deepEqual(ok(await world.request("GET", `roles/${role}/users`)), [email]);
      assert.deepEqual(ok(await world.request("GET", `users/${email}/roles`)), [role]);
      ok(await world.request("DELETE", `roles/${role}`));
      assert.equal((await world.request("GET", "actions", { authorization })).status, 403);
    },
  },
  {
    name: "the catalogue of resources names action_scripts",
    async run(world) {
      const text = JSON.stringify(ok(await world.request("GET", "resources")));
      assert.match(text, /action_scripts/);
    },
  },
];
