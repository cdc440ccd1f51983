import { type Kysely, sql } from "kysely";
import type { Database } from "../../tables/database.ts";

/** Entries kept of one name, and of an organization; beyond them what was last heard of longest ago goes. */
const mostEntries = { name: 1_000, organization: 20_000 };

/** Takes the oldest entries of an organization and of some of its names away, where there are too many. */
export async function trimHistory(
  db: Kysely<Database>,
  organization: string,
  names: readonly string[],
): Promise<void> {
  const crowded = await db
    .selectFrom("alert_names")
    .select(["name", "entries"])
    .where("organization", "=", organization)
    .where("name", "in", sql<string>`(select value from json_each(${JSON.stringify(names)}))`)
    .where("entries", ">", mostEntries.name)
    .execute();
  for (const { name, entries } of crowded) {
    const { rows } = await sql<{ id: string }>`
      select id from alert_entries where organization = ${organization} and name = ${name}
      order by last_at, id limit ${entries - mostEntries.name}`.execute(db);
    await removeEntries(
      db,
      rows.map(({ id }) => id),
    );
  }
  const all = await db
    .selectFrom("alert_organizations")
    .select("entries")
    .where("organization", "=", organization)
    .executeTakeFirst();
  const beyond = (all?.entries ?? 0) - mostEntries.organization;
  if (beyond <= 0) return;
  const { rows } = await sql<{ id: string }>`
    select id from alert_entries where organization = ${organization} order by last_at, id limit ${beyond}`.execute(
    db,
  );
  await removeEntries(
    db,
    rows.map(({ id }) => id),
  );
}

/** Removes entries with what they led to; the counts of entries follow, and a name goes with its last one. */
export async function removeEntries(db: Kysely<Database>, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const gone = await db
      .deleteFrom("alert_entries")
      .where("id", "=", id)
      .returning(["organization", "name"])
      .executeTakeFirst();
    if (gone === undefined) continue;
    const { organization, name } = gone;
    const fewer = { entries: sql<number>`entries - 1` };
    await db.updateTable("alert_organizations").set(fewer).where("organization", "=", organization).execute();
    await db
      .updateTable("alert_names")
      .set(fewer)
      .where("organization", "=", organization)
      .where("name", "=", name)
      .execute();
    await db
      .deleteFrom("alert_names")
      .where("organization", "=", organization)
      .where("name", "=", name)
      .where("entries", "<=", 0)
      .execute();
  }
}
