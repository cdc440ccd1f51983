import { type Kysely, sql } from "kysely";
import type { Database } from "../../tables/database.ts";

/** Which of these names of alerts were received, in no order. */
export async function heard(
  db: Kysely<Database>,
  { organization, names }: { organization: string; names: readonly string[] },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("alert_names")
    .select("name")
    .where("organization", "=", organization)
    .where("name", "in", sql<string>`(select value from json_each(${JSON.stringify(names)}))`)
    .execute();
  return rows.map(({ name }) => name);
}
