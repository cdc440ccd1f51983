import { type Kysely, sql } from "kysely";
import { watched } from "../../../core/notification/watched.ts";
import type { Instant } from "../../../core/time.ts";
import type { Version } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import type { RunRow } from "../../tables/runs.ts";
import { currentVersions } from "./current-version.ts";
import { versionOf } from "./rows.ts";

/** What an action watches its own runs as: no name has a colon, and it may get another name. */
const own = (actionId: string): string => `:${actionId}`;

/** Keeps what the current version of an action follows. */
export async function placeWatches(db: Kysely<Database>, version: Version): Promise<void> {
  const { organization, actionId: action_id, action } = version;
  await removeWatches(db, version);
  const rows = watched(action).map(({ name = own(action_id), state }) => ({
    organization,
    name,
    state,
    action_id,
  }));
  if (rows.length > 0)
    await db
      .insertInto("watches")
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

export async function removeWatches(
  db: Kysely<Database>,
  { organization, actionId }: { organization: string; actionId: string },
): Promise<void> {
  await db
    .deleteFrom("watches")
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .execute();
}

/**
 * Notes that a run has come to a state, where something may follow that: in the transaction that brings it there.
 * For all other runs it is one look into an index.
 */
export async function noteFollowup(
  db: Kysely<Database>,
  run: Pick<RunRow, "id" | "organization" | "action_id" | "action_name">,
  state: string,
  at: Instant,
): Promise<void> {
  await sql`insert into followups (run, state, due_at, tries) select ${run.id}, ${state}, ${at}, 0
    where exists (select 1 from watches where organization = ${run.organization}
      and name in (${run.action_name}, ${own(run.action_id)}) and state = ${state})
    on conflict do nothing`.execute(db);
}

/** The current versions of those that may follow a run which has come to a state. */
export async function watchers(
  db: Kysely<Database>,
  ask: { organization: string; actionId: string; actionName: string; state: string },
): Promise<readonly Version[]> {
  const rows = await currentVersions(db)
    .where("versions.organization", "=", ask.organization)
    .where("versions.action_id", "in", (query) =>
      query
        .selectFrom("watches")
        .select("watches.action_id")
        .where("watches.organization", "=", ask.organization)
        .where("watches.name", "in", [ask.actionName, own(ask.actionId)])
        .where("watches.state", "=", ask.state),
    )
    .orderBy("versions.action_id")
    .execute();
  return rows.map(versionOf);
}
