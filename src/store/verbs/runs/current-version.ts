import type { Kysely, Selectable } from "kysely";
import type { Version } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import type { VersionRow } from "../../tables/runs.ts";
import { versionOf } from "./rows.ts";

/** The row of the version that a run created now pins; undefined when the action is not live. */
export async function currentVersion(
  db: Kysely<Database>,
  { organization, actionId }: { organization: string; actionId: string },
): Promise<Selectable<VersionRow> | undefined> {
  return db
    .selectFrom("schedules")
    .innerJoin("versions", (join) =>
      join
        .onRef("versions.organization", "=", "schedules.organization")
        .onRef("versions.action_id", "=", "schedules.action_id")
        .onRef("versions.number", "=", "schedules.version"),
    )
    .selectAll("versions")
    .where("schedules.organization", "=", organization)
    .where("schedules.action_id", "=", actionId)
    .executeTakeFirst();
}

export async function version(
  db: Kysely<Database>,
  args: { organization: string; actionId: string },
): Promise<Version | undefined> {
  const row = await currentVersion(db, args);
  return row && versionOf(row);
}
