import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";

/** Kysely compiles a few hundred distinct statements; beyond that the oldest is prepared again. */
const cachedStatements = 500;

/**
 * node:sqlite for Kysely's own SqliteDialect, which wants `reader` and parameters in an array.
 * Prepared statements are kept: preparing costs more than running most of ours.
 */
export const nodeSqlite = (database: DatabaseSync): SqliteDialect => {
  const cache = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const hit = cache.get(sql);
    if (hit !== undefined) return hit;
    const statement = database.prepare(sql);
    const made: SqliteStatement = {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...parameters.map(bindable)),
      run: (parameters) => statement.run(...parameters.map(bindable)),
      // Fresh: running a statement again would reset an open cursor.
      iterate: (parameters) => database.prepare(sql).iterate(...parameters.map(bindable)),
    };
    const oldest = cache.size >= cachedStatements ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(sql, made);
    return made;
  };
  const adapter: SqliteDatabase = { prepare, close: () => database.close() };
  return new SqliteDialect({ database: adapter });
};

/** node:sqlite binds a bare Date as NULL: anything but plain values is a bug and must be loud. */
function bindable(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError("a statement's parameter is neither text, number, boolean, bytes nor null");
}
