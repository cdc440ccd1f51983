import type { Migration } from "./migrate.ts";

/**
 * Steps of runbooks, and what history is looked through by. A step has a row once something has happened to it; its
 * attempts are one JSON list, as they are only ever read and written together with it.
 */
export const runbooks: Migration = {
  number: 5,
  name: "runbooks",
  sqlite: [
    "ALTER TABLE runs ADD COLUMN category TEXT",
    "ALTER TABLE runs ADD COLUMN trigger_kind TEXT NOT NULL DEFAULT 'manual'",
    `UPDATE runs SET trigger_kind = json_extract("trigger", '$.kind')`,
    "ALTER TABLE runs ADD COLUMN sealed_parameters TEXT",
    "ALTER TABLE runs ADD COLUMN steps_known INTEGER",
    "ALTER TABLE runs ADD COLUMN steps_finished INTEGER",
    "ALTER TABLE runs ADD COLUMN current_step TEXT",
    "CREATE INDEX versions_by_name ON versions (organization, action_name)",
    `CREATE TABLE run_steps (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      state TEXT NOT NULL,
      reason TEXT,
      attempt INTEGER NOT NULL,
      due_at INTEGER,
      started_at INTEGER,
      ended_at INTEGER,
      outputs TEXT NOT NULL,
      provider TEXT,
      provider_digest TEXT,
      child TEXT,
      taken_from TEXT,
      attempts TEXT NOT NULL,
      PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID`,
  ],
};
