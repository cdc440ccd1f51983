import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { migrate } from "../../../src/store/migrations/migrate.ts";
import { migrations } from "../../../src/store/migrations/migrations.ts";

/** A live action as a store had it before, with its second version as the current one. */
function addAction(database: DatabaseSync, id: string, actions: readonly object[]): void {
  for (const [index, action] of actions.entries())
    database
      .prepare("INSERT INTO versions VALUES ('default', ?, ?, ?, 'd', 'c', ?)")
      .run(id, index + 1, id, JSON.stringify(action));
  database
    .prepare(
      `INSERT INTO actions VALUES ('default', ?, ?, ?, 'scheduled', NULL, 1, 0, '', 'd', 'c', 'a.zip', NULL, 'x', 1, 'x', 1)`,
    )
    .run(id, id, actions.length);
}

it("gives actions that were there what their current version says", () => {
  const database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: true });
  migrate(
    database,
    migrations.filter(({ number }) => number < 8),
    0,
  );
  addAction(database, "full", [
    { category: "Old", tags: [] },
    { category: "Own “name”", tags: ["a", 'b"c', "ü"], owner: "ops" },
  ]);
  addAction(database, "bare", [{ tags: [] }]);
  migrate(database, migrations, 1);
  expect(database.prepare("SELECT id, category, tags, owner FROM actions ORDER BY id").all()).toEqual([
    { id: "bare", category: null, tags: "[]", owner: null },
    { id: "full", category: "Own “name”", tags: '["a","b\\"c","ü"]', owner: "ops" },
  ]);
  database.close();
});
