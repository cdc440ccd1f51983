import type { Kysely } from "kysely";
import type { AcceptedVersion, ActionRef } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { actionOf } from "../runs/rows.ts";

/** One version of an action; the current one where no number is given. */
export async function readVersion(
  db: Kysely<Database>,
  { organization, id, number }: ActionRef & { number: number | undefined },
): Promise<AcceptedVersion | undefined> {
  const wanted = number ?? (await currentNumber(db, organization, id));
  if (wanted === undefined) return undefined;
  const row = await db
    .selectFrom("versions")
    .innerJoin("accepted", (join) =>
      join
        .onRef("accepted.organization", "=", "versions.organization")
        .onRef("accepted.action_id", "=", "versions.action_id")
        .onRef("accepted.number", "=", "versions.number"),
    )
    .selectAll("accepted")
    .select(["versions.digest", "versions.code", "versions.action"])
    .where("versions.organization", "=", organization)
    .where("versions.action_id", "=", id)
    .where("versions.number", "=", wanted)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    organization,
    actionId: id,
    number: row.number,
    digest: row.digest,
    code: row.code,
    action: actionOf(row),
    blob: row.blob,
    zipFileName: row.zip_file_name,
    manifest: row.manifest ?? undefined,
    managedBy: row.managed_by ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

async function currentNumber(
  db: Kysely<Database>,
  organization: string,
  id: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("actions")
    .select("version")
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.version;
}
