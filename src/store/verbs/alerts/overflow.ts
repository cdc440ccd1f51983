import type { Kysely } from "kysely";
import type { AlertOverflow } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";
import { limitOf } from "./cursor.ts";

/** What came beyond the limits, the newest minute first. */
export async function overflow(
  db: Kysely<Database>,
  { organization, limit }: { organization: string; limit: number },
): Promise<readonly AlertOverflow[]> {
  const rows = await db
    .selectFrom("alert_overflow")
    .selectAll()
    .where("organization", "=", organization)
    .orderBy("minute", "desc")
    .orderBy("of", "desc")
    .orderBy("name", "desc")
    .limit(limitOf(limit))
    .execute();
  return rows.map((row) => ({
    of: row.of as AlertOverflow["of"],
    name: row.name,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }));
}
