import { DatabaseSync } from "node:sqlite";
import { Kysely, type LogEvent } from "kysely";
import { expect, it } from "vitest";
import { migrate } from "../../../../src/store/migrations/migrate.ts";
import { migrations } from "../../../../src/store/migrations/migrations.ts";
import { nodeSqlite } from "../../../../src/store/sqlite/dialect.ts";
import type { Database } from "../../../../src/store/tables/database.ts";
import { standingOf } from "../../../../src/store/verbs/alerts/standing.ts";

it("looks up what a message speaks of one by one, and never goes through all of an organization", async () => {
  const database = new DatabaseSync(":memory:");
  migrate(database, migrations, 0);
  const asked: string[] = [];
  const log = ({ query }: LogEvent): void => {
    asked.push(query.sql);
  };
  const db = new Kysely<Database>({ dialect: nodeSqlite(database), log });
  await standingOf(db, {
    ...{ organization: "default", receiver: "json", now: 1 },
    alerts: [
      { id: "1", fingerprint: "f", state: "firing", startsAt: 1 },
      { id: "2", fingerprint: "g", state: "resolved", startsAt: undefined },
    ],
    starts: [
      {
        ...{ actionId: "a", link: 0, alerts: [0], key: "k", cooldown: undefined },
        ...{ delayed: false, prepared: undefined },
      },
    ],
  });
  const steps = asked.flatMap((sql) =>
    database
      .prepare(`explain query plan ${sql}`)
      .all()
      .map(({ detail }) => String(detail)),
  );
  expect(asked).toHaveLength(5);
  expect(steps.filter((step) => /^SCAN (?!f |json_each)/.test(step))).toEqual([]);
  // Of an index that begins with them, the organization and the receiver alone find everything.
  expect(steps.filter((step) => /\(organization=\?( AND (receiver|of)=\?)?\)/.test(step))).toEqual([]);
  database.close();
});
