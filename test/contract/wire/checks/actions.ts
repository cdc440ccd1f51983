import assert from "node:assert/strict";
import { ok, refused, usualForm, type WireCheck } from "../world.ts";
import { zip } from "../zip.ts";

const nothing = "2sXyEw7f5sKk8pGk1n0Q0h4cZbT";
type Item = Record<string, unknown>;

/** Reading, changing and deleting actions. */
export const actions: readonly WireCheck[] = [
  {
    name: "the list is a bare array of OpenObserve's items, newest first",
    async run(world) {
      const [first, second] = [await world.create(), await world.create()];
      const list = ok<Item[]>(await world.request("GET", "actions"));
      assert.ok(Array.isArray(list));
      const at = (id: string) => list.findIndex((item) => item.id === id);
      assert.ok(at(second) >= 0 && at(first) >= 0, "both are listed");
      const item = list[at(first)]!;
      assert.ok(Number.isInteger(item.created_at) && (item.created_at as number) > 1.5e15, "µs since 1970");
      assert.equal(item.last_run_at, item.created_at, "it never ran");
      assert.equal(item.last_successful_at, null);
      assert.equal(item.status, "Ready");
      assert.equal(item.execution_details_type, "repeat");
      assert.equal(typeof item.created_by, "string");
      assert.equal(typeof item.name, "string");
      // Ids are ordered by their second of creation; within one, by chance.
      const times = list.map((one) => Math.floor((one.created_at as number) / 1e6));
      assert.deepEqual(
        times,
        [...times].sort((a, b) => b - a),
      );
    },
  },
  {
    name: "one action tells its fields, with its variables in clear text",
    async run(world) {
      const name = world.unique();
      const id = await world.create({ name });
      const details = ok<Item>(await world.request("GET", `actions/${id}`));
      assert.equal(details.id, id);
      assert.equal(details.name, name);
      assert.deepEqual(details.environment_variables, { LEVEL: "one" });
      assert.equal(details.execution_details, "repeat");
      assert.match(String(details.cron_expr), /0 0 1 1 \*/);
      assert.equal(details.description, "made by the contract suite");
      assert.equal(details.service_account, world.account);
      assert.equal(typeof details.zip_file_name, "string");
    },
  },
  {
    name: "the archive comes back byte for byte, under a quoted name",
    async run(world) {
      const file = zip({ "main.py": "def main():\n    pass\n", "data/words.txt": "one\ntwo\n" });
      const id = await world.create({ file, filename: "my archive.zip" });
      const answer = await world.request("GET", `actions/download/${id}`);
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("content-type") ?? "", /^application\/zip/);
      const { zip_file_name } = ok<Item>(await world.request("GET", `actions/${id}`));
      assert.ok(
        answer.headers.get("content-disposition")?.startsWith(`attachment; filename="${zip_file_name}"`),
      );
      assert.deepEqual(answer.bytes, file);
    },
  },
  {
    name: "what is not there is 400; what is no id is 404 where the id is parsed",
    async run(world) {
      refused(await world.request("GET", `actions/${nothing}`), 400);
      refused(await world.request("GET", "actions/nonsense"), 400);
      refused(await world.request("GET", `actions/download/${nothing}`), 400);
      refused(await world.request("PUT", `actions/${nothing}`, { json: {} }), 400);
      refused(await world.request("DELETE", `actions/${nothing}`), 400);
      refused(await world.request("GET", "actions/download/nonsense"), 404);
      refused(
        await world.request("PUT", "actions/nonsense", { json: {} }),
        404,
        "invalid action id nonsense",
      );
      refused(await world.request("DELETE", "actions/nonsense"), 404);
    },
  },
  {
    name: "PUT changes the fields that it names, and replaces all variables",
    async run(world) {
      const id = await world.create();
      const name = world.unique();
      const json = {
        name,
        description: "changed",
        environment_variables: { OTHER: "two" },
        execution_details: "service",
        unknown: 1,
      };
      assert.equal(ok<Item>(await world.request("PUT", `actions/${id}`, { json })).uuid, id);
      const details = ok<Item>(await world.request("GET", `actions/${id}`));
      assert.equal(details.name, name);
      assert.equal(details.description, "changed");
      assert.deepEqual(details.environment_variables, { OTHER: "two" });
      assert.equal(details.execution_details, "repeat", "PUT cannot change the type");
      assert.match(String(details.cron_expr), /0 0 1 1 \*/, "what is absent stays");
      assert.equal(details.service_account, world.account);
    },
  },
  {
    name: "PUT with nothing in it is accepted and changes nothing",
    async run(world) {
      const id = await world.create();
      const before = ok<Item>(await world.request("GET", `actions/${id}`));
      ok(await world.request("PUT", `actions/${id}`, { json: {} }));
      const after = ok<Item>(await world.request("GET", `actions/${id}`));
      for (const key of ["name", "description", "environment_variables", "cron_expr", "zip_file_name"])
        assert.deepEqual(after[key], before[key], key);
    },
  },
  {
    name: "PUT refuses keys in lower case",
    async run(world) {
      const id = await world.create();
      const json = { environment_variables: { level: "1" } };
      const message = "Environment variable keys must be uppercase and alphanumeric";
      refused(await world.request("PUT", `actions/${id}`, { json }), 400, message);
    },
  },
  {
    name: "PUT changes the schedule",
    rotaOnly: true,
    async run(world) {
      const id = await world.create();
      ok(await world.request("PUT", `actions/${id}`, { json: { cron_expr: "30 12 1 * *" } }));
      assert.equal(ok<Item>(await world.request("GET", `actions/${id}`)).cron_expr, "30 12 1 * *");
      refused(
        await world.request("PUT", `actions/${id}`, { json: { cron_expr: "61 * * * *" } }),
        400,
        /cron|minute/i,
      );
    },
  },
  {
    name: "DELETE takes an action away",
    async run(world) {
      const id = await world.create();
      const answer = ok<Item>(await world.request("DELETE", `actions/${id}`));
      assert.deepEqual(answer, { code: 200, message: "Action deleted" });
      refused(await world.request("GET", `actions/${id}`), 400);
      refused(await world.request("DELETE", `actions/${id}`), 400);
    },
  },
  {
    name: "bulk delete tells each id, and deletes none when one is malformed",
    async run(world) {
      const [a, b] = [await world.create(), await world.create()];
      refused(
        await world.request("DELETE", "actions/bulk", { json: { ids: [a, "X"] } }),
        400,
        "invalid action id X",
      );
      ok(await world.request("GET", `actions/${a}`));
      const answer = ok<Item>(
        await world.request("DELETE", "actions/bulk", { json: { ids: [a, nothing, b] } }),
      );
      assert.deepEqual(answer.successful, [a, b]);
      assert.deepEqual(answer.unsuccessful, [nothing]);
      assert.ok("err" in answer);
    },
  },
  {
    name: "a name is live once in an organization",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const first = await world.create({ name });
      const message = "Action with the same name already exists";
      refused(await world.upload(usualForm(name, world.account)), 400, message);
      const second = await world.create();
      refused(await world.request("PUT", `actions/${second}`, { json: { name } }), 400, message);
      ok(await world.request("DELETE", `actions/${first}`));
      ok(await world.request("PUT", `actions/${second}`, { json: { name } }));
    },
  },
];
