import { type Kysely, sql } from "kysely";
import type { Database } from "../../tables/database.ts";

/** Code digests of live versions and of versions that runs which have not ended pin, in all organizations. */
export async function codesInUse(db: Kysely<Database>): Promise<readonly string[]> {
  const { rows } = await sql<{ code: string }>`
    select v.code from schedules s join versions v
      on v.organization = s.organization and v.action_id = s.action_id and v.number = s.version
    union
    select v.code from runs r join versions v
      on v.organization = r.organization and v.action_id = r.action_id and v.number = r.version
    where r.state in ('waiting', 'queued', 'running')`.execute(db);
  // What the server does by itself has none.
  return rows.map(({ code }) => code).filter((code) => code !== "");
}
