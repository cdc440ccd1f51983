import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunQuery } from "../../../../src/runs/ports/run-store.ts";
import { migrate } from "../../../../src/store/migrations/migrate.ts";
import { migrations } from "../../../../src/store/migrations/migrations.ts";
import { nodeSqlite } from "../../../../src/store/sqlite/dialect.ts";
import type { Database } from "../../../../src/store/tables/database.ts";
import { pageQueries } from "../../../../src/store/verbs/runs/find.ts";

let database: DatabaseSync;
let db: Kysely<Database>;
beforeAll(() => {
  database = new DatabaseSync(":memory:");
  migrate(database, migrations, 0);
  db = new Kysely<Database>({ dialect: nodeSqlite(database) });
});
afterAll(() => database.close());

type Asked = Omit<RunQuery, "organization" | "limit">;
const cursor = "1800000000000000-3AbCdEfGhIjKlMnOpQrStUvWxYz";

/** Which index each question of a page reads, and by how many of its columns. */
function plans(query: Asked): readonly string[] {
  const asked = { organization: "default", limit: 20, ...query };
  return pageQueries(db, asked, 21).map((one) => {
    const { sql, parameters } = one.compile();
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as (string | number)[]));
    return rows.map(({ detail }) => String(detail).replace(/ \(.*/, "")).join("; ");
  });
}

const by = (index: string) => `SEARCH runs USING INDEX ${index}`;
const shapes: readonly (readonly [Asked, string, number])[] = [
  [{}, "runs_newest", 1],
  [{ states: ["failed"] }, "runs_in_state", 1],
  [{ states: ["failed", "timed_out"] }, "runs_in_state", 2],
  [{ trigger: "alert" }, "runs_of_trigger", 11],
  [{ trigger: "alert", states: ["failed"] }, "runs_of_trigger", 1],
  [{ category: "Own" }, "runs_in_category", 11],
  [{ category: "Own", trigger: "alert", states: ["failed"] }, "runs_in_category", 1],
  [{ actionId: "x" }, "runs_of_action", 1],
  [{ actionId: "x", states: ["failed"] }, "runs_of_action_in_state", 1],
  [{ actionId: "x", category: "Own", trigger: "alert", states: ["failed"] }, "runs_of_action_in_state", 1],
  [{ actionName: "x" }, "runs_of_name", 1],
  [{ actionName: "x", states: ["failed"], trigger: "alert", category: "Own" }, "runs_of_name", 1],
];

describe("a page of runs", () => {
  for (const [query, index, questions] of shapes)
    for (const more of [{}, { cursor }, { since: 1 }, { cursor, since: 1 }])
      it(`reads the end of an index in its order, and sorts nothing: ${JSON.stringify({ ...query, ...more })}`, () => {
        expect(plans({ ...query, ...more })).toEqual(Array.from({ length: questions }, () => by(index)));
      });
});
