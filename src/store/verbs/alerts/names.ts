import { type Kysely, sql } from "kysely";
import type { AlertState } from "../../../core/alert/alert.ts";
import type { AlertName } from "../../../runs/ports/alert-store.ts";
import type { Page } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { limitOf, readCursor, writeCursor } from "./cursor.ts";

/** A page of the names of alerts, the one heard last first. */
export async function names(
  db: Kysely<Database>,
  { organization, limit, cursor }: { organization: string; limit: number; cursor: string | undefined },
): Promise<Page<AlertName>> {
  const most = limitOf(limit);
  let rows = db
    .selectFrom("alert_names")
    .selectAll()
    .where("organization", "=", organization)
    .orderBy("last_at", "desc")
    .orderBy("name", "desc")
    .limit(most + 1);
  if (cursor !== undefined) {
    const { at, text } = readCursor(cursor);
    rows = rows.where(sql<boolean>`(last_at, name) < (${at}, ${text})`);
  }
  const found = await rows.execute();
  const items = found.slice(0, most);
  const last = items.at(-1);
  return {
    items: items.map((row) => ({
      name: row.name,
      state: row.state as AlertState,
      receiver: row.receiver,
      firstAt: row.first_at,
      lastAt: row.last_at,
      received: row.received,
      started: row.started,
      suppressed: row.suppressed,
    })),
    next: found.length > most && last ? writeCursor(last.last_at, last.name) : undefined,
  };
}
