import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { type OpenObserve, OpenObserveError } from "../../../src/server/openobserve/port.ts";
import { readSql } from "../../../src/server/openobserve/sql-text.ts";
import { startStandIn } from "../../../src/server/openobserve/stand-in.ts";

const caller = { authorization: undefined };
const nowMs = Date.UTC(2027, 0, 31, 12);
const now = nowMs * 1000;
let folder: string;
let standIn: OpenObserve;
const open = (settings: { keep?: number; mostBytes?: number; at?: number } = {}): Promise<OpenObserve> =>
  startStandIn({
    path: join(folder, "streams.db"),
    keep: settings.keep ?? 7 * 86_400_000,
    mostBytes: settings.mostBytes ?? 1e9,
    now: () => settings.at ?? nowMs,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-streams-"));
  standIn = await open();
});
afterEach(async () => {
  await standIn.stop();
  await rm(folder, { recursive: true });
});

const ingest = (records: Json, stream = "default", organization = "default") =>
  standIn.ingest({ organization, stream, records, caller });

/** Searches as the route does: the streams that the SQL names. */
async function search(sql: string, query: JsonObject = {}, other: JsonObject = {}, organization = "default") {
  const read = readSql(sql);
  const streams = read.ok ? read.streams : [];
  return standIn.search({
    organization,
    body: { query: { sql, ...query }, ...other },
    type: "logs",
    streams,
    caller,
  });
}
const hits = async (sql: string, query: JsonObject = {}) => (await search(sql, query)).hits;
const problem = (running: Promise<unknown>): Promise<{ status: number; message: string }> =>
  running.then(
    () => ({ status: 200, message: "" }),
    (error: unknown) => {
      if (!(error instanceof OpenObserveError)) throw error;
      return { status: error.status, message: error.message };
    },
  );

describe("ingest and search", () => {
  test("one object or many, newest first, with what was not there left out", async () => {
    expect(await ingest({ message: "first", ok: true })).toEqual({
      code: 200,
      status: [{ name: "default", successful: 1, failed: 0 }],
    });
    await ingest([
      { message: "later", _timestamp: now + 5_000_000 },
      { message: "earlier", level: 3, _timestamp: now - 5_000_000 },
    ]);
    expect(await hits("SELECT message FROM default LIMIT 1")).toEqual([{ message: "later" }]);
    expect(await hits('SELECT * FROM "default"')).toEqual([
      { _timestamp: now + 5_000_000, message: "later" },
      { _timestamp: now, message: "first", ok: true },
      { _timestamp: now - 5_000_000, message: "earlier", level: 3 },
    ]);
  });

  test("records of one request keep their order, and some may fail", async () => {
    const answer = await ingest([{ n: 1 }, "no", { n: 2 }, { _timestamp: "soon" }, { n: 3, _timestamp: 1 }]);
    expect(answer.status[0]).toEqual({
      name: "default",
      successful: 2,
      failed: 3,
      error: "a record must be a JSON object",
    });
    expect(await hits('SELECT n FROM "default" ORDER BY _timestamp')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("the shape of an answer", async () => {
    await ingest([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await search('SELECT n FROM "default" ORDER BY n', { from: 1, size: 1 })).toMatchObject({
      took: expect.any(Number),
      took_detail: { total: expect.any(Number) },
      columns: ["n"],
      hits: [{ n: 2 }],
      total: 1,
      from: 1,
      size: 1,
      scan_records: 3,
      scan_size: expect.any(Number),
      is_partial: false,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(await search('SELECT n FROM "default"', { size: 1, track_total_hits: true })).toMatchObject({
      total: 3,
    });
    expect(await search('SELECT n FROM "default"', { size: 0 })).toMatchObject({ hits: [], size: 0 });
    expect(await search('SELECT n FROM "default"', { size: -1 })).toMatchObject({ total: 3, size: 10_000 });
  });

  test("the time range is ours, its end exclusive", async () => {
    await ingest([1, 2, 3, 4].map((n) => ({ n, _timestamp: now + n * 1_000_000 })));
    const range = { start_time: now + 2_000_000, end_time: now + 4_000_000 };
    expect(await hits('SELECT n FROM "default" ORDER BY n', range)).toEqual([{ n: 2 }, { n: 3 }]);
    expect(await search('SELECT count(*) AS c FROM "default"', range)).toMatchObject({
      hits: [{ c: 2 }],
      scan_records: 2,
    });
    expect(await problem(search('SELECT n FROM "default"', { start_time: 2, end_time: 1 }))).toMatchObject({
      status: 400,
    });
  });

  test("groups, windows, joins, and OpenObserve's functions", async () => {
    await ingest(
      ["a", "b", "a"].map((pod, index) => ({ pod, ms: index * 10, _timestamp: now + index * 40_000_000 })),
      "requests",
    );
    await ingest([{ pod: "a", node: "n1" }], "pods");
    expect(
      await hits("SELECT pod, count(*) AS c, avg(ms) AS mean FROM requests GROUP BY pod ORDER BY pod"),
    ).toEqual([
      { pod: "a", c: 2, mean: 10 },
      { pod: "b", c: 1, mean: 10 },
    ]);
    expect(await hits("SELECT node, ms FROM requests JOIN pods USING (pod) ORDER BY ms")).toEqual([
      { node: "n1", ms: 0 },
      { node: "n1", ms: 20 },
    ]);
    expect(
      await hits(
        "SELECT histogram(_timestamp, '1 minute') AS t, count(*) AS c FROM requests GROUP BY t ORDER BY t",
      ),
    ).toEqual([
      { t: "2027-01-31T12:00:00", c: 2 },
      { t: "2027-01-31T12:01:00", c: 1 },
    ]);
    expect(await hits("SELECT ms FROM requests WHERE str_match_ignore_case(pod, 'B')")).toEqual([{ ms: 10 }]);
    expect(
      await hits(
        "WITH m AS (SELECT max(ms) AS top FROM requests) SELECT pod FROM requests, m WHERE ms = top",
      ),
    ).toEqual([{ pod: "a" }]);
    expect(
      await hits("SELECT ms, lag(ms) OVER (ORDER BY ms) AS before FROM requests ORDER BY ms LIMIT 2"),
    ).toEqual([{ ms: 0 }, { ms: 10, before: 0 }]);
  });

  test("organizations do not see one another", async () => {
    await ingest({ n: 1 }, "default", "one");
    expect(await problem(search('SELECT * FROM "default"', {}, {}, "two"))).toEqual({
      status: 400,
      message: "Search stream not found: default",
    });
    expect((await search('SELECT n FROM "default"', {}, {}, "one")).hits).toEqual([{ n: 1 }]);
  });

  test("names and keys that look like SQL are only names", async () => {
    const stream = `x"; DROP TABLE record; --`;
    const key = `a"'); DELETE FROM record; --`;
    await ingest({ [key]: "v", select: 1, é: 2 }, stream);
    const found = await hits("SELECT * FROM x___drop_table_record____");
    expect(found).toEqual([{ _timestamp: now, a_____delete_from_record____: "v", select: 1, é: 2 }]);
  });

  test("what was acknowledged is there after a restart", async () => {
    await ingest([{ n: 1 }, { n: 2 }]);
    await standIn.stop();
    standIn = await open();
    expect(await hits('SELECT count(*) AS c FROM "default"')).toEqual([{ c: 2 }]);
    await ingest({ other: 1 });
    expect(await hits('SELECT count(other) AS c FROM "default"')).toEqual([{ c: 1 }]);
  });

  test("many write and search at once", async () => {
    await ingest({ n: -1 });
    const writes = Array.from({ length: 40 }, (_, n) => ingest([{ n }, { n }]));
    const searches = Array.from({ length: 10 }, () => hits('SELECT count(*) AS c FROM "default"'));
    const answers = await Promise.all(writes);
    expect(answers.every(({ status }) => status[0]?.successful === 2)).toBe(true);
    for (const [row] of await Promise.all(searches)) expect((row as { c: number }).c % 2).toBe(1);
    expect(await hits('SELECT count(*) AS c FROM "default"')).toEqual([{ c: 81 }]);
  });
});

describe("hostile SQL", () => {
  // In one test: a process for each would cost a quarter of a second.
  const hostile = [
    "SELECT * FROM main.record",
    "SELECT * FROM field",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM sqlite_temp_master",
    "SELECT * FROM temp.sqlite_temp_schema",
    "SELECT * FROM pragma_table_info('record')",
    "SELECT * FROM dbstat",
    'SELECT * FROM "default" WHERE (SELECT count(*) FROM main.record) > 0',
    "SELECT * FROM \"default\", json_each('[1]')",
    "SELECT load_extension('/tmp/x.so') FROM \"default\"",
    "SELECT readfile('/etc/passwd') FROM \"default\"",
    "SELECT writefile('/tmp/x', 1) FROM \"default\"",
    'SELECT randomblob(1000000000) FROM "default"',
    'SELECT zeroblob(1000000000) FROM "default"',
    "SELECT printf('%.*c', 1000000000, 120) FROM \"default\"",
    "SELECT replace(replace(message, 'a', message), 'a', message) FROM \"default\"",
    'SELECT fts5(1) FROM "default"',
    'SELECT sqlite_version() FROM "default"',
    'WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r, "default"',
    "ATTACH '/etc/passwd' AS x",
    "PRAGMA writable_schema = ON",
    "VACUUM INTO '/tmp/x'",
    'DELETE FROM "default"',
    'INSERT INTO record SELECT * FROM "default"',
    'CREATE TEMP TABLE x AS SELECT * FROM "default"',
    "DROP TABLE record",
    "BEGIN",
    "",
    "SELECT",
    'SELECT * FROM "default" WHERE',
    'SELECT nope FROM "default"',
    "SELECT * FROM nowhere",
  ];

  test("is refused and harms nothing", async () => {
    await ingest([{ message: "aaaa" }]);
    await ingest([{ n: 1 }], "record");
    for (const sql of hostile) {
      const refused = await problem(search(sql));
      expect({ sql, ...refused }).toMatchObject({
        status: 400,
        message: expect.stringMatching(/^Search (SQL not valid|stream not found): /),
      });
      expect(refused.message).not.toContain(folder);
      expect(await hits('SELECT message FROM "default"')).toEqual([{ message: "aaaa" }]);
    }
    expect(await hits("SELECT n FROM record")).toEqual([{ n: 1 }]);
  });

  test("a stream that was not asked for is not there, whatever the SQL", async () => {
    await ingest({ n: 1 }, "mine");
    await ingest({ n: 2 }, "secret");
    const body = { query: { sql: "SELECT * FROM mine, secret" } };
    const asked = standIn.search({ organization: "default", body, type: "logs", streams: ["mine"], caller });
    expect(await problem(asked)).toMatchObject({ status: 400, message: "Search stream not found: secret" });
  });

  test("a runaway query is ended, and the next one is answered", async () => {
    await ingest(Array.from({ length: 300 }, (_, n) => ({ n })));
    const runaway =
      'SELECT count(*) AS c FROM "default" a, "default" b, "default" c, "default" d, "default" e';
    const constants = `SELECT count(*) AS c FROM "default", ${Array.from({ length: 12 }, () => "(VALUES (1),(2),(3),(4),(5),(6),(7),(8))").join(", ")}`;
    const ended = await Promise.all([
      problem(search(runaway, {}, { timeout: 1 })),
      problem(search(constants, {}, { timeout: 1 })),
      problem(search(runaway, {}, { timeout: 1 })),
    ]);
    for (const { status, message } of ended) {
      expect(status).toBe(400);
      expect(message).toContain("longer than 1 s");
    }
    expect(await hits('SELECT count(*) AS c FROM "default"')).toEqual([{ c: 300 }]);
  });

  test("answers, values and sorts too large are refused", async () => {
    const text = "x".repeat(1_000_000);
    await ingest(Array.from({ length: 20 }, (_, n) => ({ n, text })));
    expect(
      await problem(search('SELECT a.text, b.text AS other FROM "default" a, "default" b')),
    ).toMatchObject({
      status: 400,
      message: expect.stringContaining("ask for fewer"),
    });
    expect(
      (await problem(search('SELECT length(group_concat(text)) AS l FROM "default"'))).message,
    ).toContain("too big");
    const sort =
      'SELECT t FROM (SELECT a.text || a.n || b.n || c.n AS t FROM "default" a, "default" b, "default" c) ORDER BY t';
    expect((await problem(search(sort))).status).toBe(400);
    expect(await hits('SELECT count(*) AS c FROM "default"')).toEqual([{ c: 20 }]);
  });

  test("functions of OpenObserve that are not there are named", async () => {
    await ingest({ n: 1 });
    expect(await problem(search("SELECT re_match(n, 'x') FROM \"default\""))).toMatchObject({
      message: expect.stringContaining("re_match"),
    });
    expect(await problem(search('SELECT * FROM "default"', { query_fn: "LmE9MQ==" }))).toMatchObject({
      message: expect.stringContaining("query_fn"),
    });
  });
});

describe("what is kept is bounded", () => {
  const count = (): number => {
    const database = new DatabaseSync(join(folder, "streams.db"), { readOnly: true });
    try {
      return Number(database.prepare("SELECT count(*) AS c FROM record").get()?.c);
    } finally {
      database.close();
    }
  };

  test("by age", async () => {
    await ingest([{ n: 1, _timestamp: now - 3 * 86_400e6 }, { n: 2 }]);
    await standIn.stop();
    standIn = await open({ keep: 86_400_000 });
    await expect.poll(count).toBe(1);
    expect((await ingest({ n: 3, _timestamp: now - 3 * 86_400e6 })).status[0]).toMatchObject({ failed: 1 });
    expect((await ingest({ n: 3, _timestamp: now + 3 * 86_400e6 })).status[0]).toMatchObject({ failed: 1 });
  });

  test("by size", async () => {
    await ingest(Array.from({ length: 12_000 }, (_, n) => ({ n, text: "x".repeat(200) })));
    await standIn.stop();
    standIn = await open({ mostBytes: 1_000_000 });
    await expect.poll(count).toBeLessThan(4000);
  });

  test("a stream has a bounded number of fields", async () => {
    const wide = (from: number) =>
      Object.fromEntries(Array.from({ length: 290 }, (_, index) => [`k${from + index}`, 1]));
    expect((await ingest([wide(0), wide(290)])).status[0]).toMatchObject({ successful: 1, failed: 1 });
  });
});

test("a file of a newer version is refused", async () => {
  await standIn.stop();
  const database = new DatabaseSync(join(folder, "streams.db"));
  database.exec("PRAGMA user_version = 99");
  database.close();
  await expect(open()).rejects.toThrow("newer Rota");
  await rm(join(folder, "streams.db"));
  standIn = await open();
});
