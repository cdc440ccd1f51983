import { type Kysely, sql } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { Held } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";

/** Extends leases of a worker, and tells it what it still holds and what it is asked to cancel. */
export async function renew(
  db: Kysely<Database>,
  { worker, runs, until }: { worker: string; runs: readonly string[]; until: Instant },
): Promise<readonly Held[]> {
  if (runs.length === 0) return [];
  const rows = await db
    .updateTable("runs")
    .set({ lease_until: until })
    .where("id", "in", runs)
    .where("state", "=", sql.lit("running"))
    .where("worker", "=", worker)
    .returning(["id", "cancel_asked"])
    .execute();
  return rows.map((row) => ({ run: row.id, cancelAsked: row.cancel_asked === 1 }));
}

/** Ends every lease, whoever holds it. */
export async function abandon(db: Kysely<Database>, { now }: { now: Instant }): Promise<number> {
  const ended = await db
    .updateTable("runs")
    .set({ lease_until: now })
    .where("state", "=", sql.lit("running"))
    .executeTakeFirst();
  return Number(ended.numUpdatedRows);
}
