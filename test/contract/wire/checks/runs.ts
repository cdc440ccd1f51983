import assert from "node:assert/strict";
import { ok, refused, type WireCheck, type World } from "../world.ts";
import { zip } from "../zip.ts";

type Item = Record<string, unknown>;
const final = [
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "skipped",
  "rejected",
  "expired",
  "interrupted",
];
const patience = 60_000;

const realtime = (world: World, main: string) =>
  world.create({ execution_details: "service", cron_expr: undefined, file: zip({ "main.py": main }) });
const scheduled = (world: World, main: string) => world.create({ file: zip({ "main.py": main }) });

async function start(world: World, id: string, json: object = {}): Promise<Item> {
  const answer = await world.request("POST", `actions/${id}/run`, { json });
  assert.equal(answer.status, 201, answer.text);
  return answer.json as Item;
}

/** The run when it has ended, as its own log stream tells. */
async function ended(world: World, run: unknown): Promise<Item> {
  const answer = await world.request("GET", `runs/${run}/logs?follow=true`);
  assert.equal(answer.status, 200, answer.text);
  const until = Date.now() + patience;
  for (;;) {
    const one = ok<Item>(await world.request("GET", `runs/${run}`));
    if (final.includes(String(one.state))) return one;
    assert.ok(Date.now() < until, `the run is still ${one.state}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Event {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Item;
}
function events(text: string): readonly Event[] {
  return text
    .split("\n\n")
    .map((block) => {
      const field = (name: string) =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trim())
          .join("\n");
      return { event: field("event"), id: field("id") || undefined, data: field("data") };
    })
    .filter(({ data, event }) => data !== "" && event !== "")
    .map(({ event, id, data }) => ({ event, id, data: JSON.parse(data) as Item }));
}

/** Starting actions, and what became of it. */
export const runs: readonly WireCheck[] = [
  {
    name: "the test endpoint answers what a real-time action returns, digits and all",
    async run(world) {
      const id = await realtime(
        world,
        "def main(data, logger):\n    return [dict(d, seen=True) for d in data]\n",
      );
      const body = '{"inputs":[{"n":1735689600000000001,"s":"é"}]}';
      const headers = { "content-type": "application/json" };
      const answer = await world.request("POST", `actions/test/${id}`, { body, headers });
      const { result } = ok<{ result: { Success?: Item[] } }>(answer);
      assert.equal(result.Success?.[0]?.seen, true);
      assert.equal(result.Success?.[0]?.s, "é");
      if (world.rota) assert.match(answer.text, /1735689600000000001/);
    },
  },
  {
    name: "the test endpoint answers a failure as one",
    async run(world) {
      const id = await realtime(world, 'def main(data, logger):\n    raise ValueError("no good")\n');
      const answer = await world.request("POST", `actions/test/${id}`, { json: { inputs: [{}] } });
      const { result } = ok<{ result: { Failure?: string } }>(answer);
      assert.equal(typeof result.Failure, "string");
    },
  },
  {
    name: "the test endpoint is a run in the history",
    rotaOnly: true,
    async run(world) {
      const id = await realtime(world, "def main(data, logger):\n    return data\n");
      ok(await world.request("POST", `actions/test/${id}`, { json: { inputs: [1] } }));
      const { items } = ok<{ items: Item[] }>(await world.request("GET", `actions/${id}/runs`));
      assert.equal(items.length, 1);
      assert.deepEqual(items[0]?.trigger, { kind: "test" });
      assert.equal(items[0]?.state, "succeeded");
    },
  },
  {
    name: "a run by hand is created, succeeds, and is told whole",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(world, 'def main():\n    print("hello")\n');
      const created = await start(world, id);
      for (const key of [
        "id",
        "action_id",
        "action_name",
        "version",
        "digest",
        "state",
        "trigger",
        "actor",
        "created_at",
      ])
        assert.ok(key in created, `${key} is missing`);
      assert.match(String(created.id), /^[0-9A-Za-z]{27}$/);
      assert.equal(created.action_id, id);
      const run = await ended(world, created.id);
      assert.equal(run.state, "succeeded", JSON.stringify(run));
      assert.equal((run.trigger as Item).kind, "manual");
      assert.equal(run.attempt, 1);
      assert.equal(run.exit_code, 0);
      const [from, started, until] = [run.created_at, run.started_at, run.ended_at] as number[];
      assert.ok(from! <= started! && started! <= until!, "created, started, ended");
      assert.ok(["full", "reduced", "basic"].includes(String(run.isolation)));
      const item = ok<Item[]>(await world.request("GET", "actions")).find((action) => action.id === id);
      assert.equal(item?.status, "Completed");
      assert.equal(item?.last_run_at, run.created_at);
      assert.ok(Number.isInteger(item?.last_successful_at));
    },
  },
  {
    name: "a run may be started by the action's name",
    rotaOnly: true,
    async run(world) {
      const name = world.unique();
      const id = await world.create({ name });
      assert.equal((await start(world, name)).action_id, id);
    },
  },
  {
    name: "a failure says why, and marks the action Errored",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(world, 'def main():\n    raise ValueError("broken on purpose")\n');
      const run = await ended(world, (await start(world, id)).id);
      assert.equal(run.state, "failed");
      assert.match(String(run.reason), /\S/);
      const log = await world.request("GET", `runs/${run.id}/logs`);
      assert.match(log.text, /broken on purpose/);
      const item = ok<Item[]>(await world.request("GET", "actions")).find((action) => action.id === id);
      assert.equal(item?.status, "Errored");
    },
  },
  {
    name: "a real-time run gets its inputs and keeps its result",
    rotaOnly: true,
    async run(world) {
      const id = await realtime(
        world,
        "def main(data, logger):\n    logger.info('got %d', len(data))\n    return data\n",
      );
      const inputs = [{ a: 1 }, { a: 2 }];
      const run = await ended(world, (await start(world, id, { inputs })).id);
      assert.equal(run.state, "succeeded", JSON.stringify(run));
      assert.deepEqual(run.result, inputs);
      const log = await world.request("GET", `runs/${run.id}/logs`);
      assert.match(log.text, /got 2/);
    },
  },
  {
    name: "the log comes as JSON lines, numbered from 1",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(
        world,
        'import sys\ndef main():\n    for n in range(3):\n        print("line", n)\n    print("wrong", file=sys.stderr)\n',
      );
      const run = await ended(world, (await start(world, id)).id);
      const answer = await world.request("GET", `runs/${run.id}/logs`);
      const lines = answer.text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Item);
      assert.deepEqual(
        lines.map((line) => line.sequence),
        lines.map((_, index) => index + 1),
      );
      const texts = (stream: string) =>
        lines.filter((line) => line.stream === stream).map((line) => line.text);
      assert.deepEqual(texts("stdout"), ["line 0", "line 1", "line 2"]);
      assert.deepEqual(texts("stderr"), ["wrong"]);
      assert.ok(lines.every((line) => Number.isInteger(line.at)));
    },
  },
  {
    name: "the log comes as events, goes on behind the last one that was seen, and ends with the run",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(world, 'def main():\n    for n in range(3):\n        print("line", n)\n');
      const run = (await start(world, id)).id;
      const headers = { accept: "text/event-stream" };
      const answer = await world.request("GET", `runs/${run}/logs`, { headers });
      assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/);
      const all = events(answer.text);
      const end = all.at(-1);
      assert.equal(end?.event, "end");
      assert.equal(end?.data.id, run);
      assert.equal(end?.data.state, "succeeded");
      const lines = all.filter(({ event }) => event === "line");
      assert.ok(lines.length >= 3);
      assert.ok(lines.every(({ id, data }) => id === String(data.sequence)));
      const resumed = await world.request("GET", `runs/${run}/logs`, {
        headers: { ...headers, "last-event-id": lines[0]?.id ?? "" },
      });
      const rest = events(resumed.text).filter(({ event }) => event === "line");
      assert.deepEqual(rest, lines.slice(1));
    },
  },
  {
    name: "a run that is cancelled ends as cancelled",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(
        world,
        "import time\ndef main():\n    print('waiting')\n    time.sleep(600)\n",
      );
      const run = (await start(world, id)).id;
      const answer = await world.request("POST", `runs/${run}/cancel`, { json: {} });
      assert.ok(answer.status === 200 || answer.status === 202, answer.text);
      assert.equal((await ended(world, run)).state, "cancelled");
      const again = await world.request("POST", `runs/${run}/cancel`, { json: {} });
      assert.ok(again.status < 500, again.text);
    },
  },
  {
    name: "history is newest first, in pages, and filtered by action and state",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(world, "def main():\n    pass\n");
      const made: unknown[] = [];
      for (let run = 0; run < 3; run++) {
        const { id: one } = await start(world, id);
        await ended(world, one);
        made.unshift(one);
      }
      const page = async (path: string) =>
        ok<{ items: Item[]; next: string | null }>(await world.request("GET", path));
      const first = await page(`actions/${id}/runs?limit=2`);
      assert.deepEqual(
        first.items.map((run) => run.id),
        made.slice(0, 2),
      );
      assert.ok(first.next);
      const second = await page(`actions/${id}/runs?limit=2&cursor=${encodeURIComponent(first.next)}`);
      assert.deepEqual(
        second.items.map((run) => run.id),
        made.slice(2),
      );
      assert.ok(!second.next);
      const all = await page("runs?limit=1000");
      for (const run of made) assert.ok(all.items.some((one) => one.id === run));
      const failed = await page("runs?state=failed&limit=1000");
      assert.ok(failed.items.every((run) => run.state === "failed"));
      refused(await world.request("GET", "runs?limit=0"), 400);
      refused(await world.request("GET", "runs?limit=1001"), 400);
      refused(await world.request("GET", "runs?state=sleeping"), 400);
      refused(await world.request("GET", "runs?cursor=nonsense"), 400);
    },
  },
  {
    name: "what is not there cannot be run, shown or cancelled",
    rotaOnly: true,
    async run(world) {
      const nothing = "2sXyEw7f5sKk8pGk1n0Q0h4cZbT";
      for (const answer of [
        await world.request("POST", "actions/no_such_action/run", { json: {} }),
        await world.request("POST", `actions/test/${nothing}`, { json: { inputs: [] } }),
        await world.request("GET", `runs/${nothing}`),
        await world.request("GET", `runs/${nothing}/logs`),
        await world.request("POST", `runs/${nothing}/cancel`, { json: {} }),
      ])
        assert.ok(answer.status === 400 || answer.status === 404, `${answer.status} ${answer.text}`);
    },
  },
  {
    name: "history outlives its action",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(world, "def main():\n    pass\n");
      const run = await ended(world, (await start(world, id)).id);
      ok(await world.request("DELETE", `actions/${id}`));
      assert.equal(ok<Item>(await world.request("GET", `runs/${run.id}`)).action_name, run.action_name);
    },
  },
  {
    name: "a script has its variables, and a credential that ends with its run",
    rotaOnly: true,
    async run(world) {
      const id = await scheduled(
        world,
        'import os\ndef main():\n    print(os.environ["LEVEL"])\n    print(os.environ["ORIGIN_CLUSTER_TOKEN"])\n',
      );
      const run = await ended(world, (await start(world, id)).id);
      const log = await world.request("GET", `runs/${run.id}/logs`);
      const texts = log.text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Item)
        .filter((line) => line.stream === "stdout")
        .map((line) => String(line.text));
      assert.equal(texts[0], "one");
      const login = `Basic ${texts[1]}`;
      assert.equal((await world.request("GET", `actions/${id}`, { authorization: login })).status, 401);
    },
  },
];
