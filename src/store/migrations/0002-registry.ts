import type { Migration } from "./migrate.ts";

/**
 * What is live, and how it came to be. `actions` repeats what a list shows of the current version, so
 * that listing ten thousand actions reads one table and parses nothing. `accepted` is what `versions`
 * (of the runs) does not need: where the upload is, and who made it.
 */
export const registry: Migration = {
  number: 2,
  name: "registry",
  sqlite: [
    `CREATE TABLE actions (
      organization TEXT NOT NULL,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      type TEXT NOT NULL,
      timing TEXT,
      enabled INTEGER NOT NULL,
      protect INTEGER NOT NULL,
      description TEXT NOT NULL,
      digest TEXT NOT NULL,
      code TEXT NOT NULL,
      zip_file_name TEXT NOT NULL,
      managed_by TEXT,
      created_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_by TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (organization, id),
      UNIQUE (organization, name),
      FOREIGN KEY (organization, id, version) REFERENCES versions (organization, action_id, number)
    ) STRICT`,
    `CREATE TABLE accepted (
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      number INTEGER NOT NULL,
      blob TEXT NOT NULL,
      zip_file_name TEXT NOT NULL,
      manifest TEXT,
      managed_by TEXT,
      created_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (organization, action_id, number),
      FOREIGN KEY (organization, action_id, number)
        REFERENCES versions (organization, action_id, number) ON DELETE CASCADE
    ) STRICT`,
    `CREATE TABLE syncs (
      organization TEXT NOT NULL,
      scope TEXT NOT NULL,
      generation INTEGER NOT NULL,
      "commit" TEXT,
      plan_id TEXT NOT NULL,
      actor TEXT NOT NULL,
      at INTEGER NOT NULL,
      items TEXT,
      PRIMARY KEY (organization, scope, generation)
    ) STRICT`,
  ],
};
