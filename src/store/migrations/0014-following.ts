import type { Migration } from "./migrate.ts";

const current = `FROM schedules s JOIN versions v ON v.organization = s.organization
  AND v.action_id = s.action_id AND v.number = s.version`;
const told = (cause: string, states: string): string => `INSERT OR IGNORE INTO watches
  SELECT s.organization, ':' || s.action_id, state.value, s.action_id ${current},
    json_each(v.action, '$.notify') n, json_each(n.value, '$.on') cause, json_each('${states}') state
  WHERE cause.value = '${cause}'`;

/**
 * What follows a run. `watches`: whose runs, in which state, something may follow, kept from the current versions;
 * `name` is that of an action, or ':' and the id of the one that tells of its own runs. `followups`: runs that have
 * come to such a state, written with it and gone with what follows. `notices`: how many notifications an action has
 * sent lately. `stars`: who has marked which action.
 */
export const following: Migration = {
  number: 14,
  name: "following",
  sqlite: [
    `CREATE TABLE watches (
      organization TEXT NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      action_id TEXT NOT NULL,
      PRIMARY KEY (organization, name, state, action_id)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX watches_of_action ON watches (organization, action_id)",
    `INSERT OR IGNORE INTO watches
      SELECT s.organization, json_extract(e.value, '$.run'), json_extract(e.value, '$.state'), s.action_id
      ${current}, json_each(v.action, '$.events') e WHERE json_extract(v.action, '$.enabled')`,
    told("failure", '["failed","timed_out","interrupted"]'),
    told("recovery", '["succeeded"]'),
    told("success", '["succeeded"]'),
    `CREATE TABLE followups (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      state TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      tries INTEGER NOT NULL,
      PRIMARY KEY (run, state)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX followups_due ON followups (due_at)",
    `CREATE TABLE notices (
      organization TEXT NOT NULL,
      action_id TEXT NOT NULL,
      since INTEGER NOT NULL,
      sent INTEGER NOT NULL,
      held TEXT NOT NULL,
      due_at INTEGER,
      PRIMARY KEY (organization, action_id)
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX notices_due ON notices (due_at) WHERE due_at IS NOT NULL",
    `CREATE TABLE stars (
      organization TEXT NOT NULL,
      email TEXT NOT NULL,
      action_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (organization, email, action_id),
      FOREIGN KEY (organization, action_id) REFERENCES actions (organization, id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX stars_of_action ON stars (organization, action_id)",
  ],
};
