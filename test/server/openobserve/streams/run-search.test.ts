import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStreams } from "../../../../src/server/openobserve/streams/open-streams.ts";
import { runSearch } from "../../../../src/server/openobserve/streams/run-search.ts";
import { createWriteRecords } from "../../../../src/server/openobserve/streams/write-records.ts";

// The authorizer alone, without the reading of SQL and the process around it.
let folder: string;
let reading: DatabaseSync;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rota-search-"));
  const writing = openStreams(join(folder, "streams.db"));
  const write = createWriteRecords(writing);
  for (const organization of ["default", "other"])
    write({ organization, stream: "default", records: [{ message: organization }], now: 5, oldest: 0 });
  write({ organization: "default", stream: "secret", records: [{ message: "secret" }], now: 5, oldest: 0 });
  writing.close();
  reading = new DatabaseSync(join(folder, "streams.db"), { readOnly: true });
});
afterAll(() => {
  reading.close();
  rmSync(folder, { recursive: true });
});

const run = (sql: string) =>
  runSearch(reading, {
    organization: "default",
    streams: ["default"],
    query: { sql, start: 0, end: 10, from: 0, size: 10, countAll: false, timeout: 1000 },
  });

test("only the view's own rows are seen", () => {
  expect(run('SELECT message FROM "default"')).toMatchObject({ ok: true, hits: [{ message: "default" }] });
  expect(run('SELECT count(*) AS c FROM "default" a, "default" b')).toMatchObject({ hits: [{ c: 1 }] });
});

test.each([
  "SELECT json FROM main.record",
  "SELECT message FROM secret",
  "SELECT name FROM field",
  "SELECT sql FROM sqlite_master",
  "SELECT sql FROM temp.sqlite_master",
  "SELECT * FROM pragma_database_list",
  "SELECT name FROM dbstat",
  "SELECT value FROM json_each('[1]')",
  'SELECT (SELECT json FROM main.record LIMIT 1) FROM "default"',
  "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r",
  "SELECT load_extension('x')",
  "SELECT randomblob(9)",
  "SELECT hex(zeroblob(9))",
  "ATTACH ':memory:' AS x",
  "DETACH main",
  "PRAGMA user_version",
  "VACUUM",
  "REINDEX",
  "ANALYZE",
  "BEGIN",
  "SAVEPOINT x",
  "DELETE FROM main.record",
  "UPDATE main.record SET json = '{}'",
  "INSERT INTO main.record DEFAULT VALUES",
  "DROP TABLE main.record",
  'DROP VIEW "default"',
  "CREATE TEMP TABLE x (a)",
  "CREATE TEMP VIEW x AS SELECT 1",
  'CREATE TEMP TRIGGER x INSTEAD OF DELETE ON "default" BEGIN SELECT 1; END',
  "CREATE VIRTUAL TABLE temp.x USING fts5(a)",
  "ALTER TABLE main.record RENAME TO x",
])("%s is refused", (sql) => {
  expect(run(sql)).toEqual({
    ok: false,
    problem: expect.stringMatching(/^Search (SQL not valid|stream not found): /),
  });
});

test("nothing is left behind for the next search", () => {
  run("SELECT nope");
  expect(reading.prepare("SELECT count(*) AS c FROM temp.sqlite_master").get()).toEqual({ c: 0 });
  expect(run('SELECT message FROM "default"')).toMatchObject({ ok: true, hits: [{ message: "default" }] });
});
