import { fileURLToPath } from "node:url";
import { describe, expect, it, type TestContext } from "vitest";
import { Repository, type RunJson, type ServerProcess, serve, temporary } from "./product.ts";

/*
 * The scripts of OpenObserve's public documents, byte for byte, deployed as two actions: what was written for
 * OpenObserve runs on Rota unchanged.
 */

const examples = fileURLToPath(new URL("../fixtures/seeds", import.meta.url));
const records = [
  { kubernetes_pod_name: "api-1", kubernetes_docker_id: "d1", kubernetes_pod_id: "p1", log: "started" },
  { kubernetes_pod_name: "api-1", kubernetes_docker_id: "d1", kubernetes_pod_id: "p1", log: "ready" },
  { kubernetes_pod_name: "api-2", kubernetes_docker_id: "d2", kubernetes_pod_id: "p2", log: "started" },
];

interface Found<Hit> {
  readonly hits: readonly Hit[];
}
interface Counted {
  readonly distinct_pod_names: readonly string[];
  readonly distinct_pod_count: number;
  readonly distinct_docker_ids: readonly string[];
  readonly distinct_pod_ids: readonly string[];
}

async function deployed(context: TestContext): Promise<{ server: ServerProcess; repository: Repository }> {
  const server = await serve(temporary());
  const repository = new Repository(() => server, examples);
  const applied = await repository.rota("apply", "--yes");
  const said = applied.out + applied.err;
  if (applied.code !== 0 && /network|no pip|pip is missing/i.test(said))
    context.skip(`the package "requests" cannot be installed on this machine: ${said}`);
  expect(applied.code, said).toBe(0);
  expect(said).toContain("done          create action scheduled_log_sender");
  return { server, repository };
}

describe("the public examples, unchanged", () => {
  it("scheduled_log_sender puts seven log lines into the stream", async (context) => {
    const { server, repository } = await deployed(context);

    const ran = await repository.rota("run", "scheduled_log_sender");

    expect(ran.out + ran.err).toContain("Successfully ingested 6 records to default");
    expect(ran.code).toBe(0);
    const now = Date.now() * 1000;
    const found = await server.call<Found<{ message: string }>>("POST", "/api/default/_search?type=logs", {
      query: {
        sql: 'SELECT message FROM "default"',
        start_time: 0,
        end_time: now + 60_000_000,
        from: 0,
        size: 100,
      },
    });
    expect(found.hits.map((hit) => hit.message).sort()).toEqual([
      "Hello, world!",
      ...[1, 2, 3, 4, 5, 6].map((line) => `Line ${line}`),
    ]);
  });

  it("real_time_action_script answers a list with the six distinct_* keys", async (context) => {
    const { server, repository } = await deployed(context);
    const actions = await server.call<{ name: string; id: string }[]>("GET", "/api/default/actions");
    const id = actions.find(({ name }) => name === "real_time_action_script")?.id;

    const answer = await server.call<{ result: { Success: Counted[] } }>(
      "POST",
      `/api/default/actions/test/${id}`,
      { inputs: records },
    );

    const [counted, ...others] = answer.result.Success;
    expect(others).toEqual([]);
    expect({
      ...counted,
      distinct_pod_names: [...counted!.distinct_pod_names].sort(),
      distinct_docker_ids: [...counted!.distinct_docker_ids].sort(),
      distinct_pod_ids: [...counted!.distinct_pod_ids].sort(),
    }).toEqual({
      distinct_pod_names: ["api-1", "api-2"],
      distinct_pod_count: 2,
      distinct_docker_ids: ["d1", "d2"],
      distinct_docker_count: 2,
      distinct_pod_ids: ["p1", "p2"],
      distinct_pod_id_count: 2,
    });

    // The same through a log search, whose hits it replaces.
    await server.call("POST", "/api/default/pods/_json", records);
    const search = {
      sql: 'SELECT * FROM "pods"',
      start_time: 0,
      end_time: Date.now() * 1000 + 60_000_000,
      size: 100,
    };
    const found = await server.call<Found<Counted>>("POST", "/api/default/_search?type=logs", {
      query: { ...search, action_id: id },
    });
    expect(found.hits).toHaveLength(1);
    expect(found.hits[0]?.distinct_pod_count).toBe(2);

    // Both calls are runs, seen in history with their log.
    const runs = await server.call<{ items: RunJson[] }>("GET", `/api/default/actions/${id}/runs`);
    expect(runs.items.map((run) => [run.trigger.kind, run.state])).toEqual([
      ["search", "succeeded"],
      ["test", "succeeded"],
    ]);
    const logs = await repository.rota("logs", runs.items[0]!.id);
    expect(logs.out).toContain("Distinct pod names: 2, docker IDs: 2");
  });
});
