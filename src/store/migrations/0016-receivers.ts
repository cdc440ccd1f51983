import type { Migration } from "./migrate.ts";

/**
 * The generation of each receiver's signed address: the address itself is made of it and the server's key, and kept
 * nowhere. What rota.yaml declares of alerts comes with the record of its apply, as its newest generation has it.
 */
export const receivers: Migration = {
  number: 16,
  name: "receivers",
  sqlite: [
    `CREATE TABLE receiver_addresses (
      organization TEXT NOT NULL,
      receiver TEXT NOT NULL,
      generation INTEGER NOT NULL,
      made_at INTEGER NOT NULL,
      made_by TEXT NOT NULL,
      PRIMARY KEY (organization, receiver)
    ) STRICT, WITHOUT ROWID`,
    "ALTER TABLE syncs ADD COLUMN alerts TEXT",
  ],
};
