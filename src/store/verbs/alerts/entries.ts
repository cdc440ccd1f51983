import { type Kysely, type Selectable, sql } from "kysely";
import type { AlertState } from "../../../core/alert/alert.ts";
import type { AlertEntry, AlertOutcome } from "../../../runs/ports/alert-store.ts";
import type { Page } from "../../../runs/ports/run-store.ts";
import type { AlertEntryRow, AlertOutcomeRow } from "../../tables/alerts.ts";
import type { Database } from "../../tables/database.ts";
import { limitOf, readCursor, writeCursor } from "./cursor.ts";

/** So many of one entry are told, the newest: without `startsAt` each message may add one. */
const mostOutcomes = 50;

/** A page of what was received under one name, the newest first, and what it led to. */
export async function entries(
  db: Kysely<Database>,
  {
    organization,
    name,
    limit,
    cursor,
  }: { organization: string; name: string; limit: number; cursor: string | undefined },
): Promise<Page<AlertEntry>> {
  const most = limitOf(limit);
  let rows = db
    .selectFrom("alert_entries")
    .selectAll()
    .where("organization", "=", organization)
    .where("name", "=", name)
    .orderBy("first_at", "desc")
    .orderBy("id", "desc")
    .limit(most + 1);
  if (cursor !== undefined) {
    const { at, text } = readCursor(cursor);
    rows = rows.where(sql<boolean>`(first_at, id) < (${at}, ${text})`);
  }
  const found = await rows.execute();
  const items: AlertEntry[] = [];
  for (const row of found.slice(0, most)) items.push(entryOf(row, await outcomesOf(db, row.id)));
  const last = items.at(-1);
  return { items, next: found.length > most && last ? writeCursor(last.firstAt, last.id) : undefined };
}

const outcomesOf = (db: Kysely<Database>, entry: string): Promise<Selectable<AlertOutcomeRow>[]> =>
  db
    .selectFrom("alert_outcomes")
    .selectAll()
    .where("entry", "=", entry)
    .orderBy("last_at", "desc")
    .orderBy("action_name")
    .orderBy("link")
    .orderBy("kind")
    .orderBy("run", "desc")
    .limit(mostOutcomes)
    .execute();

const entryOf = (
  row: Selectable<AlertEntryRow>,
  outcomes: readonly Selectable<AlertOutcomeRow>[],
): AlertEntry => ({
  id: row.id,
  receiver: row.receiver,
  name: row.name,
  state: row.state as AlertState,
  fingerprint: row.fingerprint,
  startsAt: row.starts_at ?? undefined,
  endsAt: row.ends_at ?? undefined,
  url: row.url ?? undefined,
  labels: JSON.parse(row.labels) as Record<string, string>,
  annotations: JSON.parse(row.annotations) as Record<string, string>,
  count: row.count,
  firstAt: row.first_at,
  lastAt: row.last_at,
  unmatched: row.unmatched,
  outcomes: outcomes.map(outcomeOf),
});

const outcomeOf = (row: Selectable<AlertOutcomeRow>): AlertOutcome => ({
  actionId: row.action_id,
  actionName: row.action_name,
  link: row.link,
  kind: row.kind as AlertOutcome["kind"],
  key: row.key ?? undefined,
  run: row.run === "" ? undefined : row.run,
  reason: row.reason ?? undefined,
  count: row.count,
  firstAt: row.first_at,
  lastAt: row.last_at,
});
