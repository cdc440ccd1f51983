import type { Kysely } from "kysely";
import type { IdentityRef } from "../../../access/ports.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";

/** Marks an action as a person's favourite; "missing": there is no such action. */
export async function putStar(
  db: Kysely<Database>,
  { organization, email, actionId, at }: IdentityRef & { actionId: string; at: Instant },
): Promise<"written" | "missing"> {
  const live = await db
    .selectFrom("actions")
    .select("id")
    .where("organization", "=", organization)
    .where("id", "=", actionId)
    .executeTakeFirst();
  if (live === undefined) return "missing";
  await db
    .insertInto("stars")
    .values({ organization, email, action_id: actionId, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return "written";
}

export async function removeStar(
  db: Kysely<Database>,
  { organization, email, actionId }: IdentityRef & { actionId: string },
): Promise<void> {
  await db
    .deleteFrom("stars")
    .where("organization", "=", organization)
    .where("email", "=", email)
    .where("action_id", "=", actionId)
    .execute();
}

/** Ids of a person's favourites. */
export async function listStars(
  db: Kysely<Database>,
  { organization, email }: IdentityRef,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("stars")
    .select("action_id")
    .where("organization", "=", organization)
    .where("email", "=", email)
    .execute();
  return rows.map((row) => row.action_id);
}
