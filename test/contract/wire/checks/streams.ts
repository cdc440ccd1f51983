import assert from "node:assert/strict";
import { ok, refused, type WireCheck, type World } from "../world.ts";
import { zip } from "../zip.ts";

type Item = Record<string, unknown>;
const minute = 60_000_000;

const search = (world: World, stream: string, more: object = {}) => {
  const now = Date.now() * 1000;
  const query = {
    sql: `SELECT * FROM "${stream}"`,
    start_time: now - minute,
    end_time: now + minute,
    from: 0,
    size: 50,
  };
  return world.request("POST", "_search?type=logs", { json: { query: { ...query, ...more } } });
};

/** The OpenObserve that scripts talk to: what is sent in is found again. */
export const streams: readonly WireCheck[] = [
  {
    name: "records are taken in and found, and an action replaces the hits of a search",
    async run(world) {
      const stream = world.unique();
      const sent = await world.request("POST", `${stream}/_json`, { json: [{ level: "a" }, { level: "b" }] });
      const { code, status } = ok<{ code: number; status: Item[] }>(sent);
      assert.equal(code, 200);
      assert.deepEqual(status, [{ name: stream, successful: 2, failed: 0 }]);
      const found = await eventually(async () => ok<{ hits: Item[] }>(await search(world, stream)).hits, 2);
      assert.deepEqual(found.map((hit) => hit.level).sort(), ["a", "b"]);
      const main = "def main(data, logger):\n    return [{'count': len(data)}]\n";
      const action_id = await world.create({
        execution_details: "service",
        cron_expr: undefined,
        file: zip({ "main.py": main }),
      });
      const { hits } = ok<{ hits: Item[] }>(await search(world, stream, { action_id }));
      assert.deepEqual(hits, [{ count: 2 }]);
    },
  },
  {
    name: "a search whose action fails is refused",
    async run(world) {
      const stream = world.unique();
      ok(await world.request("POST", `${stream}/_json`, { json: { level: "a" } }));
      await eventually(async () => ok<{ hits: Item[] }>(await search(world, stream)).hits, 1);
      const action_id = await world.create({
        execution_details: "service",
        cron_expr: undefined,
        file: zip({ "main.py": "def main(data, logger):\n    raise ValueError('no')\n" }),
      });
      refused(await search(world, stream, { action_id }), 400, /^Error# /);
    },
  },
];

/** A real OpenObserve needs a moment between taking in and finding. */
async function eventually<T>(read: () => Promise<readonly T[]>, count: number): Promise<readonly T[]> {
  const until = Date.now() + 30_000;
  for (;;) {
    const found = await read();
    if (found.length >= count) return found;
    assert.ok(Date.now() < until, `${found.length} of ${count} records were found`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
