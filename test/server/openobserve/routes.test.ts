import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { OpenObserve } from "../../../src/server/openobserve/port.ts";
import { createRemote, remoteDefaults } from "../../../src/server/openobserve/remote.ts";
import {
  type AuthorizeStream,
  openobserveRoutes,
  type TransformHits,
} from "../../../src/server/openobserve/routes.ts";
import { standInDefaults, startStandIn } from "../../../src/server/openobserve/stand-in.ts";

/** A listening server with the routes, and what its injected parts were asked. */
interface World {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly asked: Parameters<AuthorizeStream>[1][];
  readonly transformed: Parameters<TransformHits>[1][];
  allow: (ask: Parameters<AuthorizeStream>[1]) => boolean;
  transform: (hits: readonly Json[]) => Awaited<ReturnType<TransformHits>>;
  stop(): Promise<void>;
}

async function listen(openobserve: OpenObserve): Promise<World> {
  const app = fastify();
  const world: World = {
    app,
    url: "",
    asked: [],
    transformed: [],
    allow: () => true,
    transform: (hits) => ({ ok: true, hits }),
    stop: async () => {
      await app.close();
      await openobserve.stop();
    },
  };
  app.setErrorHandler<{ statusCode?: number }>((error, _request, reply) => {
    const code = error.statusCode ?? 500;
    reply.code(code).send({ code, message: error instanceof Error ? error.message : "" });
  });
  await app.register(openobserveRoutes, {
    openobserve,
    authorize: async (_request, ask) => {
      world.asked.push(ask);
      if (!world.allow(ask)) throw Object.assign(new Error("Unauthorized Access"), { statusCode: 403 });
    },
    transform: async (_request, ask) => {
      world.transformed.push(ask);
      return world.transform(ask.hits);
    },
  });
  return Object.assign(world, { url: await app.listen({ host: "127.0.0.1", port: 0 }) });
}

async function post(world: World, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}/api/default/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as JsonObject };
}
const search = (world: World, query: JsonObject, other: JsonObject = {}) =>
  post(world, "_search?type=logs", { query, ...other });

let folder: string;
let local: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-routes-"));
  local = await listen(
    await startStandIn({ ...standInDefaults, path: join(folder, "streams.db"), now: () => Date.now() }),
  );
});
afterAll(async () => {
  await local.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  for (const world of [local]) {
    world.asked.length = 0;
    world.transformed.length = 0;
    world.allow = () => true;
    world.transform = (hits) => ({ ok: true, hits });
  }
});

describe("over HTTP", () => {
  test("what a script of OpenObserve's guide sends arrives and is found", async () => {
    const one = {
      message: "Hello, world!",
      level: "info",
      timestamp: "2023-01-01T00:00:00Z",
      metadata: { hostname: "h" },
    };
    const many = [1, 2, 3].map((line) => ({ message: `Line ${line}`, level: "info" }));
    expect(await post(local, "guide/_json", one)).toEqual({
      status: 200,
      body: { code: 200, status: [{ name: "guide", successful: 1, failed: 0 }] },
    });
    expect((await post(local, "guide/_json", many)).body).toMatchObject({ status: [{ successful: 3 }] });
    const found = await search(local, {
      sql: 'SELECT * FROM "guide" ORDER BY _timestamp',
      start_time: 0,
      end_time: 0,
      from: 0,
      size: 50,
    });
    expect(found.status).toBe(200);
    expect(found.body.hits).toMatchObject([{ message: "Hello, world!", metadata_hostname: "h" }, ...many]);
    expect(found.body).toMatchObject({
      total: 4,
      from: 0,
      size: 50,
      took_detail: { total: expect.any(Number) },
    });
  });

  test("SQL in base64", async () => {
    await post(local, "coded/_json", { n: 1 });
    const sql = Buffer.from("SELECT n FROM coded").toString("base64");
    expect((await search(local, { sql }, { encoding: "base64" })).body.hits).toEqual([{ n: 1 }]);
    expect((await search(local, { sql: "***" }, { encoding: "base64" })).body).toEqual({
      code: 400,
      message: "query.sql is not base64",
    });
  });

  test.each<[string, unknown, string]>([
    ["_search", { query: {} }, "sql"],
    ["_search", { query: { sql: "DROP TABLE record" } }, "only SELECT"],
    ["_search", { query: { sql: "SELECT 1" } }, "names no stream"],
    ["_search", { query: { sql: "SELECT * FROM nowhere" } }, "Search stream not found: nowhere"],
    ["_search", { query: { sql: "SELECT * FROM nowhere", size: 1.5 } }, "size"],
    ["_search?type=traces", { query: { sql: "SELECT * FROM nowhere" } }, "only logs"],
    ["sqlite_x/_json", {}, "no name of a stream"],
    ["x/_json", "{", "JSON"],
    ["x/_json", Array.from({ length: 50_001 }, () => ({})), "50000 records"],
  ])("%s %# is a 400", async (path, body, part) => {
    const { status, body: answer } = await post(local, path, body);
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toContain(part);
  });

  test("a body that is too large is refused before it is read", async () => {
    expect((await post(local, "_search", { query: { sql: "x".repeat(300_000) } })).status).toBe(413);
  });
});

describe("who may", () => {
  test("every stream that is named is asked for, by its stored name, before anything happens", async () => {
    await post(local, "My-Logs/_json", { n: 1 });
    await post(local, "pods/_json", { n: 1 });
    expect(local.asked).toEqual([
      { type: "stream", organization: "default", id: "my_logs", verb: "Post" },
      { type: "stream", organization: "default", id: "pods", verb: "Post" },
    ]);
    local.asked.length = 0;
    await search(local, { sql: "SELECT a.n FROM pods a WHERE n IN (SELECT n FROM my_logs)" });
    expect(local.asked.map(({ id, verb }) => `${verb} ${id}`)).toEqual(["Get my_logs", "Get pods"]);
  });

  test("a refusal is the server's own, and nothing was written or read", async () => {
    local.allow = () => false;
    expect((await post(local, "guarded/_json", { n: 1 })).status).toBe(403);
    local.allow = () => true;
    expect((await search(local, { sql: "SELECT * FROM guarded" })).body.message).toContain("not found");
    await post(local, "guarded/_json", { n: 1 });
    local.allow = ({ id }) => id !== "guarded";
    expect((await search(local, { sql: "SELECT * FROM guarded" })).status).toBe(403);
    expect((await search(local, { sql: "SELECT * FROM /* x */ pods JOIN guarded USING (n)" })).status).toBe(
      403,
    );
  });
});

describe("query.action_id", () => {
  const sql = 'SELECT n FROM "numbers" ORDER BY n';
  const actionId = "2sXyEw7f5sKk8pGk1n0Q0h4cZbT";
  beforeEach(async () => {
    if ((await search(local, { sql })).status === 400)
      await post(local, "numbers/_json", [{ n: 1 }, { n: 2 }]);
    local.transformed.length = 0;
  });

  test("all hits become inputs, and the list replaces them", async () => {
    local.transform = (hits) => ({ ok: true, hits: [{ count: hits.length }] });
    const { status, body } = await search(local, { sql, action_id: actionId });
    expect(status).toBe(200);
    expect(local.transformed).toEqual([{ organization: "default", actionId, hits: [{ n: 1 }, { n: 2 }] }]);
    expect(body).toMatchObject({ hits: [{ count: 2 }], total: 1, scan_records: 2 });
    expect((await search(local, { sql, action_id: actionId, track_total_hits: true })).body.total).toBe(2);
  });

  test("a failure of the action fails the search", async () => {
    local.transform = () => ({ ok: false, message: "KeyError: 'kubernetes_pod_name'" });
    expect(await search(local, { sql, action_id: actionId })).toEqual({
      status: 400,
      body: { code: 400, message: "Error# KeyError: 'kubernetes_pod_name'" },
    });
  });

  test("it is not called for no hits, nor for an empty id", async () => {
    expect(
      (await search(local, { sql: 'SELECT n FROM "numbers" WHERE n > 5', action_id: actionId })).body.hits,
    ).toEqual([]);
    expect((await search(local, { sql, action_id: "" })).body.hits).toHaveLength(2);
    expect(local.transformed).toEqual([]);
  });
});

describe("a real OpenObserve behind it", () => {
  /** Answers as it is told, and remembers what came. */
  let far: Server;
  let farUrl: string;
  let answer: { status: number; body: string; headers?: Record<string, string> };
  const came: { url: string; authorization: string | undefined; body: JsonObject }[] = [];
  let near: World;

  beforeAll(async () => {
    far = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const text = Buffer.concat(parts).toString();
        came.push({
          url: request.url ?? "",
          authorization: request.headers.authorization,
          body: text === "" ? {} : JSON.parse(text),
        });
        if (answer.status === 0) return;
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => far.listen(0, "127.0.0.1", resolve));
    farUrl = `http://127.0.0.1:${(far.address() as AddressInfo).port}`;
    near = await listen(
      createRemote({
        ...remoteDefaults,
        url: `${farUrl}/base/`,
        authorization: undefined,
        timeout: 1000,
        mostBytes: 10_000,
      }),
    );
  });
  afterAll(async () => {
    await near.stop();
    far.closeAllConnections();
    await new Promise((resolve) => far.close(resolve));
  });
  beforeEach(() => {
    came.length = 0;
    near.allow = () => true;
    answer = { status: 200, body: JSON.stringify({ took: 3, hits: [{ n: 1 }], total: 1, cached_ratio: 5 }) };
  });

  test("records and searches are forwarded with the caller's credentials; the action stays here", async () => {
    near.transform = () => ({ ok: true, hits: [{ n: "one" }] });
    const sql = "SELECT n FROM far";
    const found = await post(
      near,
      "_search?type=logs",
      { query: { sql, action_id: "x", quick_mode: true }, use_cache: false },
      { authorization: "Basic abc" },
    );
    expect(found.body).toMatchObject({ took: 3, hits: [{ n: "one" }], cached_ratio: 5 });
    answer.body = '{"code":200,"status":[{"name":"far","successful":1,"failed":0}]}';
    expect((await post(near, "far/_json", [{ n: 1 }])).body).toEqual(JSON.parse(answer.body));
    expect(came).toEqual([
      {
        url: "/base/api/default/_search?type=logs",
        authorization: "Basic abc",
        body: { query: { sql, quick_mode: true }, use_cache: false },
      },
      { url: "/base/api/default/far/_json", authorization: undefined, body: [{ n: 1 }] },
    ]);
  });

  test("configured credentials win, and no refusal shows them", async () => {
    const world = await listen(
      createRemote({ ...remoteDefaults, url: farUrl, authorization: "Basic configured" }),
    );
    answer = { status: 401, body: "no" };
    const refused = await post(world, "far/_json", {}, { authorization: "Basic caller" });
    expect(refused).toEqual({
      status: 502,
      body: { code: 502, message: "OpenObserve refused the credentials" },
    });
    expect(came[0]?.authorization).toBe("Basic configured");
    await world.stop();
  });

  test("what may not be read is not forwarded", async () => {
    near.allow = ({ id }) => id !== "secret";
    expect((await search(near, { sql: "SELECT * FROM far, secret" })).status).toBe(403);
    expect(came).toEqual([]);
  });

  test.each<[string, typeof answer, number, string]>([
    [
      "its own refusal",
      { status: 400, body: '{"code":20004,"message":"Search field not found"}' },
      400,
      "Search field not found",
    ],
    ["its own failure", { status: 500, body: '{"code":500,"message":"disk full"}' }, 502, "disk full"],
    ["no JSON", { status: 200, body: "<html>" }, 502, "no JSON object"],
    ["no hits", { status: 200, body: "{}" }, 502, "no hits"],
    [
      "too much",
      { status: 200, body: JSON.stringify({ hits: ["x".repeat(20_000)] }) },
      502,
      "more than 10000 bytes",
    ],
    [
      "a redirect",
      { status: 302, body: "", headers: { location: "http://127.0.0.1:1/" } },
      502,
      "could not be reached",
    ],
    ["no answer", { status: 0, body: "" }, 504, "within 1 s"],
  ])("%s", async (_name, told, status, part) => {
    answer = told;
    const refused = await search(near, { sql: "SELECT n FROM far" });
    expect(refused).toEqual({ status, body: { code: status, message: expect.stringContaining(part) } });
  });

  test("nobody there", async () => {
    const world = await listen(
      createRemote({ ...remoteDefaults, url: "http://127.0.0.1:1", authorization: undefined }),
    );
    expect((await search(world, { sql: "SELECT n FROM far" })).body).toEqual({
      code: 502,
      message: "OpenObserve could not be reached",
    });
    await world.stop();
  });

  test.each(["ftp://x", "x", "http://user:secret@x", "http://x?y", "file:///etc/passwd"])(
    "%s is no address",
    (url) => {
      expect(() => createRemote({ ...remoteDefaults, url, authorization: undefined })).toThrow(RangeError);
    },
  );
});
