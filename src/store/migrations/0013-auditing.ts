import type { Migration } from "./migrate.ts";

/**
 * The audit: where who did it was, what came of it and a sentence; kept as it was written, and sealed into a chain.
 * `number` has no gaps, as a rollback takes its numbers back: a gap is a row that somebody took out. Rows leave from
 * the oldest end alone, up to what `audit_pruned` says. A filtered page reads the end of one index.
 */
export const auditing: Migration = {
  number: 13,
  name: "auditing",
  sqlite: [
    "ALTER TABLE audit ADD COLUMN address TEXT",
    "ALTER TABLE audit ADD COLUMN outcome TEXT NOT NULL DEFAULT 'done'",
    "ALTER TABLE audit ADD COLUMN detail TEXT",
    "ALTER TABLE audit ADD COLUMN count INTEGER NOT NULL DEFAULT 1",
    "DROP INDEX audit_by_organization",
    "CREATE INDEX audit_newest ON audit (organization, at)",
    "CREATE INDEX audit_of_actor ON audit (organization, actor, at)",
    "CREATE INDEX audit_of_action ON audit (organization, action, at)",
    "CREATE INDEX audit_of_object ON audit (organization, object, at)",
    "CREATE INDEX audit_not_done ON audit (organization, outcome, at) WHERE outcome <> 'done'",
    `CREATE TABLE audit_keys (
      number INTEGER PRIMARY KEY,
      sealed TEXT NOT NULL,
      made_with TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE audit_seals (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      at INTEGER NOT NULL,
      key INTEGER NOT NULL,
      hash TEXT NOT NULL,
      marks TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE audit_pruned (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      seal INTEGER NOT NULL,
      last INTEGER NOT NULL,
      key INTEGER NOT NULL,
      mark TEXT NOT NULL
    ) STRICT`,
    `CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END`,
    `CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
      WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END`,
    `CREATE TRIGGER audit_is_pruned_from_its_oldest_end BEFORE DELETE ON audit
      WHEN OLD.number > coalesce((SELECT last FROM audit_pruned), 0)
      BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END`,
    `CREATE TRIGGER audit_seals_are_never_changed BEFORE UPDATE ON audit_seals
      BEGIN SELECT RAISE(ABORT, 'seals are only added'); END`,
    `CREATE TRIGGER audit_seals_are_pruned_from_their_oldest_end BEFORE DELETE ON audit_seals
      WHEN OLD.number >= coalesce((SELECT seal FROM audit_pruned), 0)
      BEGIN SELECT RAISE(ABORT, 'seals are only added'); END`,
    `CREATE TRIGGER audit_pruned_goes_forward BEFORE UPDATE ON audit_pruned
      WHEN NEW.last < OLD.last OR NEW.seal < OLD.seal
      BEGIN SELECT RAISE(ABORT, 'what was pruned stays pruned'); END`,
  ],
};
