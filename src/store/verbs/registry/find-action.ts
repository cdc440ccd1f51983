import type { Kysely } from "kysely";
import { meetsFilter } from "../../../core/action/action-filter.ts";
import type { ActionRef, ListActionsAsk, LiveAction } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { onlyShown } from "../only-shown.ts";
import { liveActionOf } from "./action-row.ts";

export async function findAction(
  db: Kysely<Database>,
  { organization, id }: ActionRef,
): Promise<LiveAction | undefined> {
  const row = await db
    .selectFrom("actions")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && liveActionOf(row);
}

export async function findActionByName(
  db: Kysely<Database>,
  { organization, name }: { organization: string; name: string },
): Promise<LiveAction | undefined> {
  const row = await db
    .selectFrom("actions")
    .selectAll()
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && liveActionOf(row);
}

/** Newest first: ids begin with their time. */
export async function listActions(
  db: Kysely<Database>,
  { organization, filter, shown = [] }: ListActionsAsk,
): Promise<readonly LiveAction[]> {
  const rows = await db
    .selectFrom("actions")
    .selectAll()
    .where("organization", "=", organization)
    .where(onlyShown(shown, "id", "name"))
    .orderBy("id", "desc")
    .execute();
  const all = rows.map(liveActionOf);
  return filter === undefined ? all : all.filter((action) => meetsFilter(action, filter));
}
