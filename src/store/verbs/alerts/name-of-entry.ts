import type { Kysely } from "kysely";
import type { Database } from "../../tables/database.ts";

/** The name of the alert that an entry of the history is of. */
export async function nameOfEntry(
  db: Kysely<Database>,
  { organization, entry }: { organization: string; entry: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom("alert_entries")
    .select("name")
    .where("organization", "=", organization)
    .where("id", "=", entry)
    .executeTakeFirst();
  return row?.name;
}
