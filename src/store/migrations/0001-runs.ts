import type { Migration } from "./migrate.ts";

/**
 * Versions and what runs make of them. `schedules` has one row per live action, scheduled or not: it names
 * the version that a run created now pins. History has no foreign key to it, as it outlives the action.
 */
export const runs: Migration = {
  number: 1,
  name: "runs",
  sqlite: [
    `CREATE TABLE versions (
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      number INTEGER NOT NULL,
      action_name TEXT NOT NULL,
      digest TEXT NOT NULL,
      code TEXT NOT NULL,
      action TEXT NOT NULL,
      PRIMARY KEY (organization, action_id, number)
    ) STRICT`,
    `CREATE TABLE schedules (
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      version INTEGER NOT NULL,
      next_fire INTEGER,
      PRIMARY KEY (organization, action_id),
      FOREIGN KEY (organization, action_id, version) REFERENCES versions (organization, action_id, number)
    ) STRICT`,
    "CREATE INDEX schedules_due ON schedules (next_fire) WHERE next_fire IS NOT NULL",
    `CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      action_name TEXT NOT NULL,
      version INTEGER NOT NULL,
      digest TEXT NOT NULL,
      state TEXT NOT NULL,
      reason TEXT,
      "trigger" TEXT NOT NULL,
      actor TEXT NOT NULL,
      parameters TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      due_at INTEGER NOT NULL,
      started_at INTEGER,
      ended_at INTEGER,
      cancel_asked INTEGER NOT NULL DEFAULT 0,
      isolation TEXT,
      exit_code INTEGER,
      signal TEXT,
      peak_memory INTEGER,
      cpu_time INTEGER,
      result_size INTEGER,
      key TEXT,
      admitted INTEGER NOT NULL DEFAULT 0,
      slot INTEGER NOT NULL DEFAULT 0,
      worker TEXT,
      fence INTEGER NOT NULL DEFAULT 0,
      lease_until INTEGER,
      FOREIGN KEY (organization, action_id, version) REFERENCES versions (organization, action_id, number)
    ) STRICT`,
    "CREATE UNIQUE INDEX runs_key ON runs (organization, action_id, key) WHERE key IS NOT NULL",
    "CREATE INDEX runs_queue ON runs (due_at, id) WHERE state = 'queued' AND admitted = 1",
    "CREATE INDEX runs_blocked ON runs (organization, action_id, due_at, id) WHERE state = 'queued' AND admitted = 0",
    "CREATE INDEX runs_waiting ON runs (due_at, id) WHERE state = 'waiting'",
    "CREATE INDEX runs_leases ON runs (lease_until) WHERE state = 'running'",
    "CREATE INDEX runs_newest ON runs (organization, created_at, id)",
    "CREATE INDEX runs_of_action ON runs (organization, action_id, created_at, id)",
    "CREATE INDEX runs_in_state ON runs (organization, state, created_at, id)",
    "CREATE INDEX runs_succeeded ON runs (organization, action_id, created_at, id) WHERE state = 'succeeded'",
    `CREATE TABLE run_events (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      sequence INTEGER NOT NULL,
      at INTEGER NOT NULL,
      state TEXT NOT NULL,
      event TEXT NOT NULL,
      PRIMARY KEY (run, sequence)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE slots (
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      used INTEGER NOT NULL,
      PRIMARY KEY (organization, action_id)
    ) STRICT, WITHOUT ROWID`,
  ],
};
