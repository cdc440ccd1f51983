import { type Kysely, sql } from "kysely";
import type { RunState } from "../../../core/run/run.ts";
import type { ActionSummary } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";

interface Row {
  action_id: string;
  state: RunState;
  created_at: number;
  succeeded_at: number | null;
}

/**
 * The newest run and the newest success of every live action that has run: two index look-ups each. Installations
 * do not count, nor do skipped runs: one that found no room says nothing about the run that is under way.
 */
export async function summaries(
  db: Kysely<Database>,
  { organization }: { organization: string },
): Promise<readonly ActionSummary[]> {
  const { rows } = await sql<Row>`
    select s.action_id, newest.state, newest.created_at,
      (select r.ended_at from runs r where r.organization = s.organization and r.action_id = s.action_id
        and r.state = 'succeeded' and r."trigger" <> '{"kind":"build"}' order by r.created_at desc, r.id desc limit 1) as succeeded_at
    from schedules s
    join runs newest on newest.id = (
      select r.id from runs r where r.organization = s.organization and r.action_id = s.action_id
        and r.state <> 'skipped' and r."trigger" <> '{"kind":"build"}'
      order by r.created_at desc, r.id desc limit 1)
    where s.organization = ${organization}`.execute(db);
  return rows.map((row) => ({
    actionId: row.action_id,
    state: row.state,
    lastRunAt: row.created_at,
    lastSucceededAt: row.succeeded_at ?? undefined,
  }));
}
