import type { Kysely } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { NewVersion } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { placeSchedule } from "../runs/place-schedule.ts";
import { voidApprovals } from "../runs/void-approvals.ts";

/** Stores a version with its number and makes it the one that runs pin; `next` is when the action fires. */
export async function storeVersion(
  db: Kysely<Database>,
  version: NewVersion,
  number: number,
  next: Instant | undefined,
): Promise<void> {
  const { organization, actionId, digest, code, action } = version;
  await placeSchedule(db, { version: { organization, actionId, number, digest, code, action }, next });
  await db
    .insertInto("accepted")
    .values({
      organization,
      action_id: actionId,
      number,
      blob: version.blob,
      zip_file_name: version.zipFileName,
      manifest: version.manifest ?? null,
      managed_by: version.managedBy ?? null,
      created_by: version.createdBy,
      created_at: version.createdAt,
    })
    .execute();
  const reason = `The action "${action.name}" was changed`;
  await voidApprovals(db, { organization, reason, now: version.createdAt });
}
