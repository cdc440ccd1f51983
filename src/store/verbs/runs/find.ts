import { type Kysely, type RawBuilder, type Selectable, type SelectQueryBuilder, sql } from "kysely";
import { finalStates, type Run, type RunState } from "../../../core/run/run.ts";
import type { Page, RunQuery } from "../../../runs/ports/run-store.ts";
import { StoreError } from "../../store-error.ts";
import type { Database } from "../../tables/database.ts";
import type { RunRow } from "../../tables/runs.ts";
import { onlyShown } from "../only-shown.ts";
import { runOf } from "./rows.ts";

/** A page of runs, newest first. A run created meanwhile neither shifts a page nor appears twice. */
export async function find(db: Kysely<Database>, query: RunQuery): Promise<Page<Run>> {
  const limit = Math.min(1000, Math.max(1, Math.trunc(query.limit)));
  const rows: Selectable<RunRow>[] = [];
  for (const ask of pageQueries(db, query, limit + 1)) rows.push(...(await ask.execute()));
  const since = query.since ?? Number.NEGATIVE_INFINITY;
  const found = rows.filter((row) => row.created_at >= since).toSorted(newestFirst);
  const items = found.slice(0, limit).map(runOf);
  const last = items.at(-1);
  const next = found.length > limit && last ? writeCursor(last) : undefined;
  return { items, next };
}

const newestFirst = (a: Selectable<RunRow>, b: Selectable<RunRow>): number =>
  b.created_at - a.created_at || (a.id < b.id ? 1 : -1);

type Rows = SelectQueryBuilder<Database, "runs", Selectable<RunRow>>;

/**
 * The questions whose answers together hold the page. Each reads a range of one index from its new end, so that it
 * ends with the page: 100,000 runs are never looked through for ten of them. Such an index has a state before the
 * time, hence a question for each state. What only sifts the range is hidden from the planner, which has no
 * statistics and might take the longer index for it.
 */
export function pageQueries(db: Kysely<Database>, query: RunQuery, limit: number): readonly Rows[] {
  const { actionId, actionName, category, trigger, states } = query;
  const rows = newest(db, query, limit);
  if (actionId !== undefined || actionName !== undefined) {
    const sifted = sift(sift(rows, folded, one(category && fold(category))), cause, one(trigger));
    if (actionName !== undefined)
      return [sift(sifted.where("action_name", "=", actionName), sql.ref("state"), states)];
    const own = sifted.where("action_id", "=", actionId as string);
    return states === undefined ? [own] : inEach(own, states);
  }
  if (category !== undefined) {
    const inCategory = rows.where("category", "is not", null).where(folded, "=", fold(category));
    return inEach(sift(inCategory, cause, one(trigger)), states ?? everyState);
  }
  if (trigger !== undefined) return inEach(rows.where("trigger_kind", "=", trigger), states ?? everyState);
  return states === undefined ? [rows] : inEach(rows, states);
}

function newest(db: Kysely<Database>, query: RunQuery, limit: number): Rows {
  const { organization, since, cursor, shown = [] } = query;
  const all = db
    .selectFrom("runs")
    .selectAll()
    .where("organization", "=", organization)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  const rows = shown.length === 0 ? all : all.where(onlyShown(shown, "action_id", "action_name"));
  if (cursor !== undefined) {
    const { createdAt, id } = readCursor(cursor);
    // With both ends the planner takes the index on time alone; what is older than `since` is cut off afterwards.
    return rows.where(sql<boolean>`(created_at, id) < (${createdAt}, ${id})`);
  }
  return since === undefined ? rows : rows.where("created_at", ">=", since);
}

const cause = sql.ref("trigger_kind");
/** Upper and lower case of ASCII's letters are one. */
const folded = sql`lower(category)`;
const fold = (category: string): string => category.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const everyState: readonly RunState[] = ["waiting", "queued", "running", ...finalStates];

const inEach = (rows: Rows, states: readonly RunState[]): readonly Rows[] =>
  [...new Set(states)].map((state) => rows.where("state", "=", state));

const sift = (rows: Rows, column: RawBuilder<unknown>, values: readonly string[] | undefined): Rows =>
  values === undefined ? rows : rows.where(sql`coalesce(${column}, '')`, "in", values);

const one = (value: string | undefined) => (value === undefined ? undefined : [value]);

/** One run; undefined where the organization has none of this id. */
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
