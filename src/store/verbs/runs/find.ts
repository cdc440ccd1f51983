import { type Kysely, sql } from "kysely";
import type { Run } from "../../../core/run/run.ts";
import type { Page, RunQuery } from "../../../runs/ports/run-store.ts";
import { StoreError } from "../../store-error.ts";
import type { Database } from "../../tables/database.ts";
import { runOf } from "./rows.ts";

/** A page of runs, newest first. A run created meanwhile neither shifts a page nor appears twice. */
export async function find(db: Kysely<Database>, query: RunQuery): Promise<Page<Run>> {
  const limit = Math.min(1000, Math.max(1, Math.trunc(query.limit)));
  let rows = db
    .selectFrom("runs")
    .selectAll()
    .where("organization", "=", query.organization)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (query.actionId !== undefined) rows = rows.where("action_id", "=", query.actionId);
  if (query.actionName !== undefined) rows = rows.where("action_name", "=", query.actionName);
  if (query.state !== undefined) rows = rows.where("state", "=", query.state);
  if (query.cursor !== undefined) {
    const { createdAt, id } = readCursor(query.cursor);
    rows = rows.where(sql<boolean>`(created_at, id) < (${createdAt}, ${id})`);
  }
  const found = await rows.execute();
  const items = found.slice(0, limit).map(runOf);
  const last = items.at(-1);
  const next = found.length > limit && last ? writeCursor(last) : undefined;
  return { items, next };
}

export async function get(
  db: Kysely<Database>,
  { organization, run }: { organization: string; run: string },
): Promise<Run | undefined> {
  const row = await db
    .selectFrom("runs")
    .selectAll()
    .where("id", "=", run)
    .where("organization", "=", organization)
    .executeTakeFirst();
  return row && runOf(row);
}

const writeCursor = (last: Run): string => `${last.createdAt}-${last.id}`;

function readCursor(cursor: string): { createdAt: number; id: string } {
  const [, at, id] = /^(\d{1,16})-([0-9A-Za-z]{27})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) {
    throw new StoreError("BAD_CURSOR", "The cursor is not one that a list of runs gave out.");
  }
  return { createdAt: Number(at), id };
}
