import type { Migration } from "./migrate.ts";

/**
 * What came in, what became of it, and what keeps an alert from starting the same twice. An entry is one firing or its
 * end, with a count of repeats. `alert_linked` and the revision tell a server which actions to judge by, and when they
 * changed. `alert_keys` outlives its run, as the cool-down does.
 */
export const alerts: Migration = {
  number: 10,
  name: "alerts",
  sqlite: [
    `CREATE TABLE alert_organizations (
      organization TEXT PRIMARY KEY,
      revision INTEGER NOT NULL DEFAULT 0,
      entries INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE alert_linked (
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      PRIMARY KEY (organization, action_id)
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO alert_linked SELECT schedules.organization, schedules.action_id
      FROM schedules JOIN versions ON versions.organization = schedules.organization
        AND versions.action_id = schedules.action_id AND versions.number = schedules.version
      WHERE json_valid(versions.action) AND json_array_length(versions.action, '$.alerts') > 0`,
    `CREATE TABLE alert_names (
      organization TEXT NOT NULL,
      name TEXT NOT NULL,
      receiver TEXT NOT NULL,
      state TEXT NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      received INTEGER NOT NULL,
      started INTEGER NOT NULL,
      suppressed INTEGER NOT NULL,
      entries INTEGER NOT NULL,
      PRIMARY KEY (organization, name)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX alert_names_newest ON alert_names (organization, last_at, name)",
    `CREATE TABLE alert_entries (
      id TEXT PRIMARY KEY,
      organization TEXT NOT NULL,
      receiver TEXT NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      starts_at INTEGER,
      ends_at INTEGER,
      url TEXT,
      labels TEXT NOT NULL,
      annotations TEXT NOT NULL,
      count INTEGER NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      unmatched INTEGER NOT NULL,
      latest INTEGER NOT NULL
    ) STRICT`,
    `CREATE UNIQUE INDEX alert_entries_latest ON alert_entries (organization, receiver, fingerprint) WHERE latest = 1`,
    `CREATE UNIQUE INDEX alert_entries_firing ON alert_entries (organization, receiver, fingerprint, state, starts_at)
      WHERE starts_at IS NOT NULL`,
    "CREATE INDEX alert_entries_of_name ON alert_entries (organization, name, first_at, id)",
    "CREATE INDEX alert_entries_of_name_heard ON alert_entries (organization, name, last_at, id)",
    "CREATE INDEX alert_entries_heard ON alert_entries (organization, last_at, id)",
    "CREATE INDEX alert_entries_oldest ON alert_entries (last_at)",
    `CREATE TABLE alert_outcomes (
      entry TEXT NOT NULL REFERENCES alert_entries (id) ON DELETE CASCADE,
      action_id TEXT NOT NULL,
      link INTEGER NOT NULL,
      kind TEXT NOT NULL,
      run TEXT NOT NULL,
      action_name TEXT NOT NULL,
      key TEXT,
      reason TEXT,
      count INTEGER NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      PRIMARY KEY (entry, action_id, link, kind, run)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE alert_keys (
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      key TEXT NOT NULL,
      run TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      until INTEGER NOT NULL,
      PRIMARY KEY (organization, action_id, key)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX alert_keys_until ON alert_keys (until)",
    `CREATE TABLE alert_waiting (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      organization TEXT NOT NULL,
      receiver TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      starts_at INTEGER,
      action_id TEXT NOT NULL,
      key TEXT NOT NULL,
      PRIMARY KEY (run, receiver, fingerprint)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX alert_waiting_for ON alert_waiting (organization, receiver, fingerprint)",
    `CREATE TABLE alert_buckets (
      organization TEXT NOT NULL,
      "of" TEXT NOT NULL,
      name TEXT NOT NULL,
      tokens REAL NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (organization, "of", name)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE alert_overflow (
      organization TEXT NOT NULL,
      "of" TEXT NOT NULL,
      name TEXT NOT NULL,
      minute INTEGER NOT NULL,
      count INTEGER NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      PRIMARY KEY (organization, minute, "of", name)
    ) STRICT, WITHOUT ROWID`,
  ],
};
