import type { Migration } from "./migrate.ts";

/** OpenObserve's alert destinations and templates. */
export const destinations: Migration = {
  number: 15,
  name: "destinations",
  sqlite: [
    `CREATE TABLE destinations (
      organization TEXT NOT NULL,
      name TEXT NOT NULL,
      id TEXT NOT NULL,
      module TEXT NOT NULL,
      template TEXT,
      fields TEXT NOT NULL,
      PRIMARY KEY (organization, name)
    ) STRICT`,
    "CREATE INDEX destinations_of_template ON destinations (organization, template)",
    `CREATE TABLE templates (
      organization TEXT NOT NULL,
      name TEXT NOT NULL,
      id TEXT NOT NULL,
      fields TEXT NOT NULL,
      PRIMARY KEY (organization, name)
    ) STRICT`,
  ],
};
