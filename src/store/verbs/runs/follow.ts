import type { Kysely } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { Created, Followup, NewRun, Notices } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { createOne } from "./create.ts";
import { runOf } from "./rows.ts";

/** Runs that have come to a state that something follows, longest ago first. */
export async function dueFollowups(
  db: Kysely<Database>,
  now: Instant,
  limit: number,
): Promise<readonly Followup[]> {
  const rows = await db
    .selectFrom("followups")
    .innerJoin("runs", "runs.id", "followups.run")
    .selectAll("runs")
    .select(["followups.state as came_to", "followups.tries"])
    .where("followups.due_at", "<=", now)
    .orderBy("followups.due_at")
    .orderBy("followups.run")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ run: runOf(row), state: row.came_to, tries: row.tries }));
}

/**
 * Creates what follows a run and forgets that it was to follow, together: it follows once, whatever crashes. Nothing
 * is created when it has followed already.
 */
export async function follow(
  db: Kysely<Database>,
  {
    run,
    state,
    runs,
    notices,
  }: { run: string; state: string; runs: readonly NewRun[]; notices: Notices | undefined },
): Promise<readonly Created[]> {
  const taken = await db
    .deleteFrom("followups")
    .where("run", "=", run)
    .where("state", "=", state)
    .executeTakeFirst();
  if (taken.numDeletedRows === 0n) return [];
  if (notices !== undefined) await putNotices(db, notices);
  const created: Created[] = [];
  for (const one of runs) created.push(await createOne(db, one));
  return created;
}

/** Leaves it for later, as something went wrong. */
export async function postpone(
  db: Kysely<Database>,
  { run, state, until }: { run: string; state: string; until: Instant },
): Promise<void> {
  await db
    .updateTable("followups")
    .set((row) => ({ due_at: until, tries: row("tries", "+", 1) }))
    .where("run", "=", run)
    .where("state", "=", state)
    .execute();
}

/**
 * Tells what was held back of an action's notifications, and counts anew. Nothing is created when that was done, or
 * when more is held back than was read.
 */
export async function tellHeld(
  db: Kysely<Database>,
  { told, runs, next }: { told: Notices; runs: readonly NewRun[]; next: Notices },
): Promise<readonly Created[]> {
  const taken = await db
    .deleteFrom("notices")
    .where("organization", "=", told.organization)
    .where("action_id", "=", told.actionId)
    .where("since", "=", told.since)
    .where("held", "=", JSON.stringify(told.held))
    .where("due_at", "is not", null)
    .executeTakeFirst();
  if (taken.numDeletedRows === 0n) return [];
  if (runs.length > 0) await putNotices(db, next);
  const created: Created[] = [];
  for (const one of runs) created.push(await createOne(db, one));
  return created;
}

/** How many notifications an action has sent lately; undefined: none. */
export async function notices(
  db: Kysely<Database>,
  { organization, actionId }: { organization: string; actionId: string },
): Promise<Notices | undefined> {
  const row = await db
    .selectFrom("notices")
    .selectAll()
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .executeTakeFirst();
  return row && noticesOf(row);
}

/** Those whose time has come to tell what was held back. */
export async function dueNotices(
  db: Kysely<Database>,
  now: Instant,
  limit: number,
): Promise<readonly Notices[]> {
  const rows = await db
    .selectFrom("notices")
    .selectAll()
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(limit)
    .execute();
  return rows.map(noticesOf);
}

const noticesOf = (row: Database["notices"]): Notices => ({
  organization: row.organization,
  actionId: row.action_id,
  since: row.since,
  sent: row.sent,
  held: JSON.parse(row.held) as Notices["held"],
  dueAt: row.due_at ?? undefined,
});

async function putNotices(db: Kysely<Database>, notices: Notices): Promise<void> {
  const row = {
    since: notices.since,
    sent: notices.sent,
    held: JSON.stringify(notices.held),
    due_at: notices.dueAt ?? null,
  };
  await db
    .insertInto("notices")
    .values({ organization: notices.organization, action_id: notices.actionId, ...row })
    .onConflict((conflict) => conflict.columns(["organization", "action_id"]).doUpdateSet(row))
    .execute();
}

/** How the run before this one ended that tells whether its action works; undefined: there was none. */
export async function lastVerdict(
  db: Kysely<Database>,
  {
    organization,
    actionId,
    run,
    endedAt,
  }: { organization: string; actionId: string; run: string; endedAt: Instant },
): Promise<string | undefined> {
  const rows = await db
    .selectFrom("runs")
    .select(["state", "ended_at"])
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .where("state", "in", ["succeeded", "failed", "timed_out", "interrupted"])
    .where("trigger_kind", "!=", "build")
    .where("ended_at", "<=", endedAt)
    .where("id", "!=", run)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    // Those that ran beside it: the one that ended last is among the newest.
    .limit(50)
    .execute();
  return rows.toSorted((a, b) => (b.ended_at ?? 0) - (a.ended_at ?? 0))[0]?.state;
}
