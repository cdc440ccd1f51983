import type { Migration } from "./migrate.ts";

/**
 * Values of secrets, sealed with the server's secret key before they come here: `keyId.nonce.ciphertext`, bound to
 * organization and name.
 */
export const secrets: Migration = {
  number: 6,
  name: "secrets",
  sqlite: [
    `CREATE TABLE secrets (
      organization TEXT NOT NULL,
      name TEXT NOT NULL,
      sealed TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      updated_by TEXT NOT NULL,
      PRIMARY KEY (organization, name)
    ) STRICT`,
  ],
};
