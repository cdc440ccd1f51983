import { type Kysely, sql } from "kysely";
import { finalStates } from "../../../core/run/run.ts";
import { after, type Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { actionOf } from "./rows.ts";

/** How many actions one call looks at, and how many runs of each it names: no call holds the store for long. */
const actionsPerCall = 50;
const runsPerAction = 200;

const day = 24 * 60 * 60 * 1000;

interface Kept {
  readonly keep: number;
  readonly days: number;
}

/** Ended runs that history need not keep: too old, or with `keep` newer ones of their action. */
export async function outdated(
  db: Kysely<Database>,
  { now, after: start, ...usual }: Kept & { now: Instant; after: string | undefined },
): Promise<{ runs: readonly string[]; next: string | undefined }> {
  const runs: string[] = [];
  let cursor = start;
  for (let looked = 0; looked < actionsPerCall; looked += 1) {
    const action = await nextAction(db, cursor);
    if (action === undefined) return { runs, next: undefined };
    const { keep, days } = await keptOf(db, action, usual);
    runs.push(...(await outdatedOf(db, action, keep, after(now, -days * day))));
    cursor = JSON.stringify([action.organization, action.action_id]);
  }
  return { runs, next: cursor };
}

interface ActionWithRuns {
  organization: string;
  action_id: string;
}

async function nextAction(
  db: Kysely<Database>,
  cursor: string | undefined,
): Promise<ActionWithRuns | undefined> {
  const [organization = "", actionId = ""] = JSON.parse(cursor ?? "[]") as string[];
  const { rows } = await sql<ActionWithRuns>`
    select organization, action_id from runs where (organization, action_id) > (${organization}, ${actionId})
    order by organization, action_id limit 1`.execute(db);
  return rows[0];
}

/** What the newest version says, also of an action that was deleted: its history is kept as it was promised. */
async function keptOf(
  db: Kysely<Database>,
  { organization, action_id }: ActionWithRuns,
  usual: Kept,
): Promise<Kept> {
  const row = await db
    .selectFrom("versions")
    .select("action")
    .where("organization", "=", organization)
    .where("action_id", "=", action_id)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  const own = row && actionOf(row).retention;
  return { keep: own?.keep ?? usual.keep, days: own?.days ?? usual.days };
}

async function outdatedOf(
  db: Kysely<Database>,
  { organization, action_id }: ActionWithRuns,
  keep: number,
  before: Instant,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with mine as (select id, ended_at, created_at from runs
      where organization = ${organization} and action_id = ${action_id})
    select id from (select * from mine order by created_at desc, id desc limit -1 offset ${keep})
      where ended_at is not null
    union select id from mine where created_at < ${before} and ended_at is not null
    limit ${runsPerAction}`.execute(db);
  return rows.map((row) => row.id);
}

/** Forgets ended runs; their events go with them, and what was not accepted once no run names it. */
export async function remove(db: Kysely<Database>, { runs }: { runs: readonly string[] }): Promise<void> {
  for (let from = 0; from < runs.length; from += 200) {
    const some = runs.slice(from, from + 200);
    const refused = await db
      .selectFrom("runs")
      .select(["organization", "action_id"])
      .distinct()
      .where("id", "in", some)
      .where("version", "=", 0)
      .execute();
    await db
      .deleteFrom("runs")
      .where("id", "in", some)
      .where("state", "in", [...finalStates])
      .execute();
    for (const { organization, action_id } of refused)
      await sql`delete from versions where organization = ${organization} and action_id = ${action_id}
        and number = 0 and not exists (select 1 from runs where runs.organization = versions.organization
          and runs.action_id = versions.action_id and runs.version = 0)`.execute(db);
  }
}
