import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";

export interface OpenDatabase {
  readonly database: DatabaseSync;
  close(): void;
}

/**
 * Opens the one connection to the database file: WAL, synchronous FULL, foreign keys on.
 * A second file, `<path>.lock`, is held exclusively for as long as it is open: the kernel drops that lock
 * with the process, so that a crash leaves nothing to clean up, and one server alone owns a data folder.
 * @throws StoreError `IN_USE` when another process has it open.
 */
export function openDatabase(path: string): OpenDatabase {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    throw new StoreError(
      "IN_USE",
      "The data folder is in use by another server. Stop that one first, or start this one with another ROTA_DATA.",
    );
  }
  const database = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
  return {
    database,
    close() {
      if (database.isOpen) database.close();
      if (lock.isOpen) lock.close();
    },
  };
}
