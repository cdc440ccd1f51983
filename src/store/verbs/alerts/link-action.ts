import { type Kysely, sql } from "kysely";
import type { Database } from "../../tables/database.ts";

/**
 * Notes whether the version of an action that has just become current, or went, is linked to alerts. The revision of
 * its organization counts up where it is or was, so that every server judges by what is current.
 */
export async function linkAction(
  db: Kysely<Database>,
  { organization, action_id }: { organization: string; action_id: string },
  isLinked: boolean,
): Promise<void> {
  if (isLinked)
    await db
      .insertInto("alert_linked")
      .values({ organization, action_id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  else {
    const was = await db
      .deleteFrom("alert_linked")
      .where("organization", "=", organization)
      .where("action_id", "=", action_id)
      .executeTakeFirst();
    if (was.numDeletedRows === 0n) return;
  }
  await db
    .insertInto("alert_organizations")
    .values({ organization, revision: 1, entries: 0 })
    .onConflict((conflict) =>
      conflict.column("organization").doUpdateSet({ revision: sql<number>`revision + 1` }),
    )
    .execute();
}

/** The revision of an organization's links. */
export async function linkRevision(db: Kysely<Database>, organization: string): Promise<number> {
  const row = await db
    .selectFrom("alert_organizations")
    .select("revision")
    .where("organization", "=", organization)
    .executeTakeFirst();
  return row?.revision ?? 0;
}
