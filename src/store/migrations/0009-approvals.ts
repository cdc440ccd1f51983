import type { Migration } from "./migrate.ts";

/** What an alert said to the run that it started, and who has to agree to a run: both JSON. */
export const approvals: Migration = {
  number: 9,
  name: "approvals",
  sqlite: [
    "ALTER TABLE runs ADD COLUMN alert TEXT",
    "ALTER TABLE runs ADD COLUMN approval TEXT",
    "CREATE INDEX runs_asking ON runs (organization, created_at, id) WHERE approval IS NOT NULL AND started_at IS NULL AND ended_at IS NULL",
  ],
};
