import { DatabaseSync } from "node:sqlite";

/** Goes up with a change of the tables; a file of a newer one is refused. */
const version = 1;

/*
 * One row per record; `json` is the flat record without `_timestamp`. `field` knows the keys seen per stream,
 * which become the columns of its view. The index answers a time range, its order and its size without the rows.
 */
const tables = `
  CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    stream TEXT NOT NULL,
    at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX record_in_stream ON record (organization, stream, at, bytes);
  CREATE TABLE field (
    organization TEXT NOT NULL,
    stream TEXT NOT NULL,
    name TEXT NOT NULL,
    boolean INTEGER NOT NULL,
    PRIMARY KEY (organization, stream, name)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Opens the streams' file for writing, and makes its tables. Synchronous is NORMAL: with a write-ahead log what was
 * answered survives the end of the process, and a loss of power may cost the last moments of these logs.
 */
export function openStreams(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  const found = Object.values(database.prepare("PRAGMA user_version").get() ?? {})[0];
  if (typeof found !== "number" || found > version) {
    database.close();
    throw new Error("the file of the streams was written by a newer Rota");
  }
  if (found === 0) database.exec(`BEGIN IMMEDIATE; ${tables} PRAGMA user_version = ${version}; COMMIT;`);
  return database;
}
