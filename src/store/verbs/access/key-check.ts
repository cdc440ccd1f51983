import type { Kysely } from "kysely";
import type { Database } from "../../tables/database.ts";

/** What the secret key of this store looks like from outside; undefined before the first start. */
export async function keyCheck(db: Kysely<Database>, _: Record<string, never>): Promise<string | undefined> {
  return (await db.selectFrom("key_check").select("text").executeTakeFirst())?.text;
}

/** Kept once and for all. */
export async function setKeyCheck(db: Kysely<Database>, { text }: { text: string }): Promise<void> {
  await db
    .insertInto("key_check")
    .values({ one: 1, text })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
