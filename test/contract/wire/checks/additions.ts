import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ok, refused, usualForm, type WireCheck, type World } from "../world.ts";
import { zip } from "../zip.ts";

type Item = Record<string, unknown>;
const itemOf = async (world: World, id: string) =>
  ok<Item[]>(await world.request("GET", "actions")).find((item) => item.id === id) ??
  assert.fail("not listed");

/** An action as a repository declares it. */
const declared = (world: World, name: string, more: object = {}) => ({
  name,
  type: "scheduled",
  schedule: { cron: "0 0 1 1 *", timezone: "Europe/Prague" },
  serviceAccount: world.account,
  ...more,
});
const formOf = (world: World, name: string, action: object, more: object = {}) => ({
  ...usualForm(name, world.account),
  description: undefined,
  environment_variables: undefined,
  action: JSON.stringify(action),
  ...more,
});

/** What Rota adds to the actions of OpenObserve. */
export const additions: readonly WireCheck[] = [
  {
    name: "the list carries what a plan compares: digests, version, zip name, owner, ETag",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const form = formOf(world, name, declared(world, name, { protect: true, enabled: false }), {
        managed_by: "contract/scope",
      });
      const id = await world.create(form);
      const item = await itemOf(world, id);
      assert.match(String(item.digest), /^[0-9a-f]{64}$/);
      assert.match(String(item.code_digest), /^[0-9a-f]{64}$/);
      assert.equal(item.version, 1);
      assert.equal(typeof item.zip_file_name, "string");
      assert.equal(item.managed_by, "contract/scope");
      assert.equal(item.protect, true);
      assert.equal(item.enabled, false);
      assert.equal(item.type, "scheduled");
      assert.match(String(item.description), /(^|\n)managed-by: rota\/contract\/scope$/);
      const one = await world.request("GET", `actions/${id}`);
      const details = ok<Item>(one);
      assert.equal(one.headers.get("etag"), `"${item.etag}"`);
      for (const key of ["digest", "code_digest", "version", "managed_by", "etag"])
        assert.deepEqual(details[key], item[key], key);
      assert.deepEqual(details.action, { ...declared(world, name), enabled: false, protect: true });
    },
  },
  {
    name: "If-Match refuses a write to what was changed meanwhile, and leaves it alone",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const id = await world.create({ name });
      const { etag } = await itemOf(world, id);
      const headers = { "if-match": `"${etag}"` };
      const first = await world.request("PUT", `actions/${id}`, { json: { description: "first" }, headers });
      assert.equal(first.headers.get("etag"), `"${(await itemOf(world, id)).etag}"`);
      refused(await world.request("PUT", `actions/${id}`, { json: { description: "second" }, headers }), 412);
      refused(await world.upload({ ...usualForm(name, world.account), id }, headers), 412);
      refused(await world.request("DELETE", `actions/${id}`, { headers }), 412);
      assert.equal((await itemOf(world, id)).description, "first");
      const now = { "if-match": first.headers.get("etag") ?? "" };
      ok(await world.request("DELETE", `actions/${id}`, { headers: now }));
    },
  },
  {
    name: "If-None-Match: * creates and never changes",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const id = await world.create({ name });
      const headers = { "if-none-match": "*" };
      const again = await world.upload({ ...usualForm(name, world.account), id }, headers);
      assert.ok(again.status === 412 || again.status === 400, again.text);
      assert.equal((await itemOf(world, id)).version, 1);
    },
  },
  {
    name: "a form and an action that disagree are refused",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const form = formOf(world, name, declared(world, name), { cron_expr: "5 5 * * *" });
      refused(await world.upload(form), 400, /cron_expr/);
      refused(await world.upload(formOf(world, name, declared(world, "another_name"))), 400, /name/);
    },
  },
  {
    name: "a bad action is refused with every problem of it",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const bad = declared(world, name, { timeout: "soon", retries: "many" });
      const form = formOf(world, name, bad);
      const answer = await world.upload(form);
      refused(answer, 400, /timeout/);
      refused(answer, 400, /retries/);
      refused(await world.upload({ ...form, action: "{" }), 400);
      refused(await world.upload({ ...form, action: '{"__proto__":{"admin":true}}' }), 400);
    },
  },
  {
    name: "the code digest that was sent must be the archive's",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const wrong = createHash("sha256").update("other").digest("hex");
      const form = formOf(world, name, declared(world, name));
      refused(await world.upload({ ...form, code_digest: wrong }), 400, /digest/);
      const id = await world.create(form);
      const { code_digest } = await itemOf(world, id);
      const again = { ...form, id, code_digest: String(code_digest) };
      ok(await world.upload(again));
    },
  },
  {
    name: "PUT with an action changes fields alone: no code moves, the version goes up",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const id = await world.create(formOf(world, name, declared(world, name)));
      const before = await itemOf(world, id);
      const action = declared(world, name, { timeout: "1m", schedule: { cron: "1 1 1 1 *" } });
      ok(await world.request("PUT", `actions/${id}`, { json: { action } }));
      const after = await itemOf(world, id);
      assert.equal(after.code_digest, before.code_digest);
      assert.notEqual(after.digest, before.digest);
      assert.notEqual(after.etag, before.etag);
      assert.equal(after.version, 2);
      ok(await world.request("PUT", `actions/${id}`, { json: { action: declared(world, name) } }));
      assert.equal(
        (await itemOf(world, id)).digest,
        before.digest,
        "the same action has the same digest again",
      );
    },
  },
  {
    name: "a type never changes",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const id = await world.create(formOf(world, name, declared(world, name)));
      const action = { name, type: "realtime", serviceAccount: world.account };
      refused(await world.request("PUT", `actions/${id}`, { json: { action } }), 400, /realtime/);
      const form = {
        ...usualForm(name, world.account),
        execution_details: "service",
        cron_expr: undefined,
        id,
      };
      refused(await world.upload(form), 400, /realtime/);
    },
  },
  {
    name: "an edit by OpenObserve's own pages keeps what they cannot say",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const action = declared(world, name, { timeout: "1m", env: { LEVEL: "1", KEY: { secret: "key" } } });
      const id = await world.create(formOf(world, name, action));
      const { environment_variables } = ok<Item>(await world.request("GET", `actions/${id}`));
      const json = { description: "edited", environment_variables };
      ok(await world.request("PUT", `actions/${id}`, { json }));
      const after = ok<{ action: object }>(await world.request("GET", `actions/${id}`));
      assert.deepEqual(after.action, { ...action, description: "edited" });
    },
  },
  {
    name: "archives that would write elsewhere are refused, and nothing is made",
    rotaOnly: true,
    async run(world) {
      const main = { "main.py": "def main():\n    pass\n" };
      const hostile = {
        "../evil.py": "x",
        "/etc/evil": "x",
        "a/../../evil": "x",
        "C:\\evil": "x",
        "a\0b": "x",
        "MAIN.PY": "x",
      };
      for (const [path, content] of Object.entries(hostile)) {
        const name = world.unique();
        const answer = await world.upload({
          ...usualForm(name, world.account),
          file: zip({ ...main, [path]: content }),
        });
        refused(answer, 400);
        const names = ok<Item[]>(await world.request("GET", "actions")).map((item) => item.name);
        assert.ok(!names.includes(name), `an action was made with ${JSON.stringify(path)}`);
      }
    },
  },
  {
    name: "the ledger moves by compare-and-swap",
    rotaOnly: true,
    async run(world) {
      const scope = world.unique();
      const read = async () => ok<Item>(await world.request("GET", `syncs?scope=${scope}`));
      assert.deepEqual(await read(), { applied: null, history: [] });
      const items = [
        { kind: "action", name: "a", id: "2sXyEw7f5sKk8pGk1n0Q0h4cZbT", digest: "0".repeat(64) },
      ];
      const json = { scope, from: 0, commit: "abc", plan_id: "1".repeat(64), items };
      const { generation } = ok<{ generation: number }>(await world.request("POST", "syncs", { json }));
      const late = await world.request("POST", "syncs", { json });
      refused(late, 409);
      assert.equal((late.json as Item).generation, generation);
      const { applied, history } = (await read()) as { applied: Item; history: Item[] };
      assert.deepEqual(applied.items, items);
      assert.equal(applied.generation, generation);
      assert.equal(applied.scope, scope);
      assert.equal(applied.commit, "abc");
      assert.equal(applied.plan_id, "1".repeat(64));
      assert.equal(typeof applied.actor, "string");
      assert.ok(Number.isInteger(applied.at));
      assert.equal(history.length, 1);
      assert.ok(!("items" in history[0]!));
      const next = { ...json, from: generation, items: [] };
      assert.ok(
        ok<{ generation: number }>(await world.request("POST", "syncs", { json: next })).generation >
          generation,
      );
    },
  },
  {
    name: "an API token logs in as Bearer until it is deleted, and makes no other",
    rotaOnly: true,
    async run(world) {
      const made = await world.request("POST", "tokens", { json: { name: "contract" } });
      assert.ok(made.status === 200 || made.status === 201, made.text);
      const { token, id } = made.json as { token: string; id: string };
      world.later(() => world.request("DELETE", `tokens/${id}`));
      const authorization = `Bearer ${token}`;
      ok(await world.request("GET", "actions", { authorization }));
      const list = await world.request("GET", "tokens");
      assert.equal(list.status, 200);
      assert.ok(list.text.includes(id) && !list.text.includes(token), "listed, without its text");
      refused(await world.request("POST", "tokens", { json: { name: "more" }, authorization }), 403);
      refused(await world.request("GET", "/api/another_organization/actions", { authorization }), 401);
      ok(await world.request("DELETE", `tokens/${id}`));
      refused(await world.request("GET", "actions", { authorization }), 401);
      refused(await world.request("DELETE", `tokens/${id}`), 404);
    },
  },
];
