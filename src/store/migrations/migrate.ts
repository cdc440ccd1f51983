import type { DatabaseSync } from "node:sqlite";
import { sha256 } from "../../core/json.ts";
import { StoreError } from "../store-error.ts";

/** One step of the schema. Statements are text, so that their checksum is the same in source and build. */
export interface Migration {
  /** From 1, without gaps between released versions. */
  readonly number: number;
  readonly name: string;
  readonly sqlite: readonly string[];
}

/**
 * Brings the schema up to this program's version, each migration in a transaction of its own.
 * @throws StoreError `NEWER_SCHEMA` when a newer program has written the file; `CHANGED_MIGRATION` when a
 *   migration that was carried out is not the one that this program knows.
 */
export function migrate(database: DatabaseSync, migrations: readonly Migration[], now: number): void {
  database.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`);
  const applied = new Map<number, Applied>();
  for (const row of database.prepare("SELECT number, name, checksum FROM schema_migrations").all()) {
    applied.set(row.number as number, { name: row.name as string, checksum: row.checksum as string });
  }
  const ordered = migrations.toSorted((a, b) => a.number - b.number);
  refuseNewer(applied, ordered);
  for (const migration of ordered) {
    const before = applied.get(migration.number);
    if (before === undefined) apply(database, migration, now);
    else if (before.checksum !== checksum(migration)) throw changed(migration);
  }
}

interface Applied {
  readonly name: string;
  readonly checksum: string;
}

const checksum = (migration: Migration): string => sha256(migration.sqlite.join(";\n"));

function refuseNewer(applied: ReadonlyMap<number, Applied>, known: readonly Migration[]): void {
  const numbers = new Set(known.map((migration) => migration.number));
  const unknown = [...applied.keys()].find((number) => !numbers.has(number));
  if (unknown === undefined) return;
  throw new StoreError(
    "NEWER_SCHEMA",
    `The data folder was written by a newer version of Rota (schema ${unknown}, "${applied.get(unknown)?.name}"; this program knows ${known.length} steps). Start that version, or restore a backup made before the upgrade.`,
  );
}

const changed = (migration: Migration): StoreError =>
  new StoreError(
    "CHANGED_MIGRATION",
    `The data folder's schema step ${migration.number} ("${migration.name}") is not the one of this program. It was written by another build of Rota: start that build, or restore a backup.`,
  );

function apply(database: DatabaseSync, migration: Migration, now: number): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const statement of migration.sqlite) database.exec(statement);
    database
      .prepare("INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)")
      .run(migration.number, migration.name, checksum(migration), now);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
