import { expect, test } from "vitest";
import { readSql } from "../../../src/server/openobserve/sql-text.ts";

test.each<[string, string[]]>([
  ["SELECT * FROM default", ["default"]],
  ["select * from \"default\" where a = 'from other' -- from comment", ["default"]],
  ["SELECT * FROM a, b AS c, `d` WHERE x IN (SELECT y FROM [e])", ["a", "b", "d", "e"]],
  ["SELECT * FROM a JOIN b ON a.x = b.x, c LEFT OUTER JOIN d USING (x)", ["a", "b", "c", "d"]],
  ["SELECT * FROM (SELECT * FROM a, b) t, c", ["a", "b", "c"]],
  ["SELECT * FROM (a JOIN b), c", ["a", "b", "c"]],
  ["SELECT * FROM ONLY a, LATERAL (SELECT * FROM b)", ["a", "b"]],
  ["SELECT * FROM (VALUES (1), (2)) v, a", ["a"]],
  ["SELECT a, b, (SELECT max(c) FROM d) FROM e GROUP BY a, b ORDER BY a, b", ["d", "e"]],
  ["SELECT * FROM a UNION ALL SELECT * FROM b", ["a", "b"]],
  [
    "WITH x AS (SELECT * FROM a), y (p, q) AS MATERIALIZED (SELECT * FROM x) SELECT * FROM x, y, c",
    ["a", "c"],
  ],
  ["WITH secret AS (SELECT * FROM secret) SELECT * FROM secret", ["secret"]],
  ["WITH a AS (SELECT * FROM secret), secret AS (SELECT 1) SELECT * FROM secret, a", ["secret"]],
  ["SELECT * FROM /* here */ a WHERE x IS DISTINCT FROM y AND z IS NOT DISTINCT FROM w", ["a"]],
  ["SELECT * FROM 'a'", ["a"]],
  ["SELECT * FROM My-Stream", ["my"]],
  ['SELECT * FROM "My-Stream"', ["my_stream"]],
  ["SELECT 1;", []],
])("%s reads %j", (sql, streams) => {
  expect(readSql(sql)).toEqual({ ok: true, streams, quoted: expect.any(String) });
});

test.each([
  ["", "only SELECT"],
  ["DELETE FROM a", "only SELECT"],
  ["SELECT * FROM main.record", "without a schema"],
  ['SELECT * FROM "main" . "record"', "without a schema"],
  ["SELECT * FROM a UNION TABLE secret", "TABLE"],
  ["SELECT * INTO b FROM a", "INTO"],
  ["EXPLAIN SELECT * FROM a", "only SELECT"],
  ["/* x */ PRAGMA user_version", "only SELECT"],
  ["SELECT 1; DROP TABLE record", "one statement"],
  ["SELECT * FROM a WHERE b IN (WITH a AS (SELECT 1) SELECT 1 FROM a)", "beginning only"],
  ["SELECT $$ ' $$ FROM secret, $$ ' $$", "not possible"],
  ["SELECT E'\\'' FROM secret, '' FROM a", "not possible"],
  ["SELECT 1 /* /* */ ' */ FROM secret -- '", "not possible"],
  [`SELECT * FROM ${Array.from({ length: 21 }, (_, index) => `s${index}`).join(", ")}`, "at most 20 streams"],
  [`SELECT '${"x".repeat(70_000)}'`, "longer"],
])("%s is refused", (sql, part) => {
  expect(readSql(sql)).toEqual({ ok: false, problem: expect.stringContaining(part) });
});

test("a text of open quotes and comments is read in time", () => {
  for (const part of ["'", '"', "/*", "[", "(", "from ", "a as (", ")"])
    expect(readSql(`SELECT ${part.repeat(Math.floor(60_000 / part.length))}`).ok).toBeTypeOf("boolean");
});

test("streams are quoted by their stored names, and nothing else is touched", () => {
  const sql = `SELECT "From", 'FROM x' FROM default d, "My Stream" JOIN b ON d.b = b.c WHERE a IN (SELECT a FROM a)`;
  expect(readSql(sql)).toMatchObject({
    quoted: `SELECT "From", 'FROM x' FROM "default" d, "my_stream" JOIN "b" ON d.b = b.c WHERE a IN (SELECT a FROM "a")`,
  });
});
