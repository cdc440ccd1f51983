import { type Kysely, sql } from "kysely";
import { after, type Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { removeEntries } from "./trim-history.ts";

/** No call holds the store for long. */
const atOnce = 200;
const day = 24 * 60 * 60 * 1000;
/** A cool-down that is over is kept for as long, in case its link is given a longer one, days. */
const keptKeys = 7;

/** Forgets what means nothing any more: old entries, counts, cool-downs that are over, limits that nothing used. */
export async function forget(
  db: Kysely<Database>,
  { days, now }: { days: number; now: Instant },
): Promise<boolean> {
  const before = after(now, -days * day);
  const { rows } = await sql<{ id: string }>`
    select id from alert_entries where last_at < ${before} order by last_at limit ${atOnce}`.execute(db);
  await removeEntries(
    db,
    rows.map(({ id }) => id),
  );
  const { numAffectedRows: keys = 0n } =
    await sql`delete from alert_keys where (organization, action_id, key) in (
    select k.organization, k.action_id, k.key from alert_keys k where k.until < ${after(now, -keptKeys * day)}
      and not exists (select 1 from runs r where r.id = k.run and r.state in ('waiting', 'queued', 'running'))
    limit ${atOnce})`.execute(db);
  await sql`delete from alert_overflow where last_at < ${before}`.execute(db);
  // After a minute without any use a bucket is full again.
  await sql`delete from alert_buckets where at < ${after(now, -day)}`.execute(db);
  return rows.length === atOnce || keys === BigInt(atOnce);
}
