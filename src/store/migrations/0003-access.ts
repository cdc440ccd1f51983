import type { Migration } from "./migrate.ts";

/**
 * Who may log in, and what they may do. The root's organization is the empty text, so that it is part of
 * the key. Hashes only: no password and no token is ever stored.
 */
export const access: Migration = {
  number: 3,
  name: "access",
  sqlite: [
    `CREATE TABLE identities (
      organization TEXT NOT NULL,
      email TEXT NOT NULL,
      kind TEXT NOT NULL,
      admin INTEGER NOT NULL,
      first_name TEXT NOT NULL,
      last_name TEXT NOT NULL,
      secret_hash TEXT NOT NULL,
      hint TEXT,
      permissions TEXT NOT NULL,
      managed_by TEXT,
      created_at INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      PRIMARY KEY (organization, email)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE roles (
      organization TEXT NOT NULL,
      name TEXT NOT NULL,
      permissions TEXT NOT NULL,
      PRIMARY KEY (organization, name)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE role_users (
      organization TEXT NOT NULL,
      role TEXT NOT NULL,
      email TEXT NOT NULL,
      PRIMARY KEY (organization, email, role),
      FOREIGN KEY (organization, role) REFERENCES roles (organization, name) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX role_users_by_role ON role_users (organization, role)",
    `CREATE TABLE api_tokens (
      id TEXT PRIMARY KEY,
      organization TEXT NOT NULL,
      email TEXT NOT NULL,
      name TEXT NOT NULL,
      hash TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX api_tokens_by_person ON api_tokens (organization, email)",
    `CREATE TABLE audit (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      organization TEXT NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      object TEXT NOT NULL
    ) STRICT`,
    "CREATE INDEX audit_by_organization ON audit (organization, number)",
    `CREATE TABLE key_check (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      text TEXT NOT NULL
    ) STRICT`,
  ],
};
