import { type Kysely, sql } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { Due, DueTick, LostRun } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { currentVersions } from "./current-version.ts";
import { dueFollowups, dueNotices } from "./follow.ts";
import { actionOf, runOf, versionOf } from "./rows.ts";

/** What time has brought: ticks, delays that are over, leases that ran out; and when to look again. */
export async function due(
  db: Kysely<Database>,
  { now, limit }: { now: Instant; limit: number },
): Promise<Due> {
  const ticks = await dueTicks(db, now, limit);
  const lost = await lostRuns(db, now, limit);
  const waiting = await db
    .selectFrom("runs")
    .selectAll()
    .where("state", "=", sql.lit("waiting"))
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(limit)
    .execute();
  const followups = await dueFollowups(db, now, limit);
  const notices = await dueNotices(db, now, limit);
  const more = [ticks, lost, waiting, followups, notices].some((list) => list.length === limit);
  const delays = waiting.map(runOf);
  return { ticks, lost, delays, followups, notices, next: more ? now : await nextInstant(db, now) };
}

async function dueTicks(db: Kysely<Database>, now: Instant, limit: number): Promise<readonly DueTick[]> {
  const rows = await currentVersions(db)
    .select("schedules.next_fire")
    .where("schedules.next_fire", "<=", now)
    .orderBy("schedules.next_fire")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ version: versionOf(row), fire: row.next_fire as Instant }));
}

async function lostRuns(db: Kysely<Database>, now: Instant, limit: number): Promise<readonly LostRun[]> {
  const rows = await db
    .selectFrom("runs")
    .innerJoin("versions", (join) =>
      join
        .onRef("versions.organization", "=", "runs.organization")
        .onRef("versions.action_id", "=", "runs.action_id")
        .onRef("versions.number", "=", "runs.version"),
    )
    .selectAll("runs")
    .select("versions.action")
    .where("runs.state", "=", sql.lit("running"))
    .where("runs.lease_until", "<=", now)
    .orderBy("runs.lease_until")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ run: runOf(row), action: actionOf(row) }));
}

/** Each part reads the first entry of an index: 4 µs among 100,000 schedules. */
async function nextInstant(db: Kysely<Database>, now: Instant): Promise<Instant | undefined> {
  const { rows } = await sql<{ next: number | null }>`
    select min(at) as next from (
      select min(next_fire) as at from schedules where next_fire > ${now}
      union all select min(due_at) from runs where state = 'waiting' and due_at > ${now}
      union all select min(due_at) from runs where state = 'queued' and admitted = 1 and due_at > ${now}
      union all select min(due_at) from followups where due_at > ${now}
      union all select min(due_at) from notices where due_at > ${now}
      union all select min(lease_until) from runs where state = 'running' and lease_until > ${now}
    )`.execute(db);
  return rows[0]?.next ?? undefined;
}
