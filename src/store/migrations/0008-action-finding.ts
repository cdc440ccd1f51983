import type { Migration } from "./migrate.ts";

const of = (path: string): string =>
  `(SELECT json_extract(versions.action, '$.${path}') FROM versions WHERE versions.organization = actions.organization
    AND versions.action_id = actions.id AND versions.number = actions.version)`;

/** What actions are found by in a list, which reads one table. `tags` is a JSON list of texts. */
export const actionFinding: Migration = {
  number: 8,
  name: "action finding",
  sqlite: [
    "ALTER TABLE actions ADD COLUMN category TEXT",
    "ALTER TABLE actions ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE actions ADD COLUMN owner TEXT",
    `UPDATE actions SET category = ${of("category")}, tags = coalesce(${of("tags")}, '[]'), owner = ${of("owner")}`,
  ],
};
