import type { Kysely } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { appendEvent, happen } from "../runs/apply-change.ts";

/** A firing is over: no run waits for it any more. An end that tells of an earlier firing is passed over. */
export async function noWaitFor(
  db: Kysely<Database>,
  {
    organization,
    receiver,
    fingerprint,
    startsAt,
  }: { organization: string; receiver: string; fingerprint: string; startsAt: Instant | undefined },
): Promise<void> {
  const over = db
    .deleteFrom("alert_waiting")
    .where("organization", "=", organization)
    .where("receiver", "=", receiver)
    .where("fingerprint", "=", fingerprint);
  await (startsAt === undefined
    ? over
    : over.where((is) => is.or([is("starts_at", "is", null), is("starts_at", "<=", startsAt)]))
  ).execute();
}

/** Ends runs that waited for a delay, as their alerts resolved before it was over. They count for no cool-down. */
export async function dropRuns(
  db: Kysely<Database>,
  runs: readonly string[],
  now: Instant,
): Promise<readonly string[]> {
  for (const id of runs) {
    const row = await db.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    const reason = "The alert resolved before the delay was over.";
    await happen(db, row, { kind: "skip", reason }, now);
    await db
      .deleteFrom("alert_keys")
      .where("organization", "=", row.organization)
      .where("action_id", "=", row.action_id)
      .where("run", "=", id)
      .execute();
  }
  return runs;
}

/** Runs that wait for approval stay, and their history tells whoever approves that the alert is over. */
export async function noteResolved(
  db: Kysely<Database>,
  runs: readonly string[],
  now: Instant,
): Promise<void> {
  for (const run of runs) await appendEvent(db, run, now, "waiting", { kind: "alert_resolved" });
}
