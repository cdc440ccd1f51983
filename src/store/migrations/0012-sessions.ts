import type { Migration } from "./migrate.ts";

/**
 * Who is signed in, and who came by OpenID Connect. Of a session's secret only the hash is kept. `proof` changes with
 * whatever its person's password and identity change with, so that a session cannot outlive them. Root's
 * organization is the empty text, as in `identities`.
 */
export const sessions: Migration = {
  number: 12,
  name: "sessions",
  sqlite: [
    `CREATE TABLE sessions (
      secret_hash TEXT PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      organization TEXT NOT NULL,
      email TEXT NOT NULL,
      signed_in_by TEXT NOT NULL,
      proof TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      last_used_at INTEGER NOT NULL,
      idle_until INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      address TEXT NOT NULL,
      user_agent TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX sessions_by_person ON sessions (organization, email)",
    "CREATE INDEX sessions_by_end ON sessions (expires_at)",
    `CREATE TABLE oidc_people (
      organization TEXT NOT NULL,
      email TEXT NOT NULL,
      issuer TEXT NOT NULL,
      subject TEXT NOT NULL,
      roles TEXT NOT NULL,
      PRIMARY KEY (organization, email),
      UNIQUE (organization, issuer, subject)
    ) STRICT, WITHOUT ROWID`,
  ],
};
