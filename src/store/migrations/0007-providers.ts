import type { Migration } from "./migrate.ts";

/** The places that were declared for steps to run at. `fields` is the canonical form, with names of secrets. */
export const providers: Migration = {
  number: 7,
  name: "providers",
  sqlite: [
    `CREATE TABLE providers (
      organization TEXT NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      fields TEXT NOT NULL,
      digest TEXT NOT NULL,
      managed_by TEXT,
      revision INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_by TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (organization, name)
    ) STRICT`,
  ],
};
