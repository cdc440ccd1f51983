import type { DatabaseSync } from "node:sqlite";
import type { Instant } from "../../../core/time.ts";

/** Rows removed in one transaction, so that writing never waits long. */
const portion = 5000;

/**
 * Removes a portion of what is too old or too much; true when there is more to do. Freed pages are used again,
 * so that the file stays about as large as `mostBytes`, but does not shrink.
 */
export function removeRecords(database: DatabaseSync, keep: { oldest: Instant; mostBytes: number }): boolean {
  const old = database
    .prepare("DELETE FROM record WHERE id IN (SELECT id FROM record WHERE at < ? LIMIT ?)")
    .run(keep.oldest, portion);
  if (Number(old.changes) === portion) return true;
  if (usedBytes(database) <= keep.mostBytes) return false;
  const surplus = database
    .prepare("DELETE FROM record WHERE id IN (SELECT id FROM record ORDER BY id LIMIT ?)")
    .run(portion);
  return surplus.changes > 0;
}

function usedBytes(database: DatabaseSync): number {
  const row = database
    .prepare(
      "SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .get();
  return Number(row?.bytes ?? 0);
}
