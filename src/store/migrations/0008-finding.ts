import type { Migration } from "./migrate.ts";

const of = (path: string): string =>
  `(SELECT json_extract(versions.action, '$.${path}') FROM versions WHERE versions.organization = actions.organization
    AND versions.action_id = actions.id AND versions.number = actions.version)`;

/**
 * What actions and runs are found by. A list of actions reads one table, so that repeats it; `tags` is a JSON list of
 * texts. A filtered page of runs reads the end of one index: those that begin with something rarer than the state go
 * on with the state, which most questions have.
 */
export const finding: Migration = {
  number: 8,
  name: "finding",
  sqlite: [
    "ALTER TABLE actions ADD COLUMN category TEXT",
    "ALTER TABLE actions ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE actions ADD COLUMN owner TEXT",
    `UPDATE actions SET category = ${of("category")}, tags = coalesce(${of("tags")}, '[]'), owner = ${of("owner")}`,
    `UPDATE runs SET category = (SELECT json_extract(versions.action, '$.category') FROM versions
      WHERE versions.organization = runs.organization AND versions.action_id = runs.action_id
        AND versions.number = runs.version) WHERE category IS NULL`,
    "DROP INDEX runs_succeeded",
    "CREATE INDEX runs_of_action_in_state ON runs (organization, action_id, state, created_at, id)",
    "CREATE INDEX runs_of_name ON runs (organization, action_name, created_at, id)",
    `CREATE INDEX runs_in_category ON runs (organization, lower(category), state, created_at, id)
      WHERE category IS NOT NULL`,
    "CREATE INDEX runs_of_trigger ON runs (organization, trigger_kind, state, created_at, id)",
  ],
};
