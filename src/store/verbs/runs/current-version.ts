import type { Kysely, Selectable } from "kysely";
import type { Version } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import type { VersionRow } from "../../tables/runs.ts";
import { versionOf } from "./rows.ts";

/** The current versions of all live actions, with the rows of their schedules. */
export const currentVersions = (db: Kysely<Database>) =>
  db
    .selectFrom("schedules")
    .innerJoin("versions", (join) =>
      join
        .onRef("versions.organization", "=", "schedules.organization")
        .onRef("versions.action_id", "=", "schedules.action_id")
        .onRef("versions.number", "=", "schedules.version"),
    )
    .selectAll("versions");

/** The row of the version that a run created now pins; undefined when the action is not live. */
export async function currentVersion(
  db: Kysely<Database>,
  { organization, actionId }: { organization: string; actionId: string },
): Promise<Selectable<VersionRow> | undefined> {
  return currentVersions(db)
    .where("schedules.organization", "=", organization)
    .where("schedules.action_id", "=", actionId)
    .executeTakeFirst();
}

/** The row of one version; undefined: there is none of this number. */
export async function versionNumber(
  db: Kysely<Database>,
  {
    organization,
    actionId,
    version,
  }: { organization: string; actionId: string; version: number | undefined },
): Promise<Selectable<VersionRow> | undefined> {
  return db
    .selectFrom("versions")
    .selectAll()
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .where("number", "=", version ?? -1)
    .executeTakeFirst();
}

/** The version that a run pins. */
export async function pinned(db: Kysely<Database>, { run }: { run: string }): Promise<Version | undefined> {
  const row = await db
    .selectFrom("runs")
    .innerJoin("versions", (join) =>
      join
        .onRef("versions.organization", "=", "runs.organization")
        .onRef("versions.action_id", "=", "runs.action_id")
        .onRef("versions.number", "=", "runs.version"),
    )
    .selectAll("versions")
    .where("runs.id", "=", run)
    .executeTakeFirst();
  return row && versionOf(row);
}

/** The current version of the live action of this name. */
export async function named(
  db: Kysely<Database>,
  { organization, name }: { organization: string; name: string },
): Promise<Version | undefined> {
  const row = await currentVersions(db)
    .where("versions.organization", "=", organization)
    .where("versions.action_name", "=", name)
    .executeTakeFirst();
  return row && versionOf(row);
}

/** The version that a run created now would pin. */
export async function version(
  db: Kysely<Database>,
  args: { organization: string; actionId: string },
): Promise<Version | undefined> {
  const row = await currentVersion(db, args);
  return row && versionOf(row);
}
