import { type Kysely, sql } from "kysely";
import type { RegistryStore } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";
import { removeSchedule } from "../runs/place-schedule.ts";
import { voidApprovals } from "../runs/void-approvals.ts";
import { findAction } from "./find-action.ts";

/** Takes an action off: it fires no more and its name is free. Versions that a run pins stay with their history. */
export async function removeAction(
  db: Kysely<Database>,
  { organization, id, expectEtag, actor, address, now }: Parameters<RegistryStore["removeAction"]>[0],
): ReturnType<RegistryStore["removeAction"]> {
  const before = await findAction(db, { organization, id });
  if (before === undefined) return { outcome: "missing" };
  if (expectEtag !== undefined && before.etag !== expectEtag) return { outcome: "stale", etag: before.etag };
  await db.deleteFrom("actions").where("organization", "=", organization).where("id", "=", id).execute();
  await removeSchedule(db, { organization, actionId: id, now });
  await voidApprovals(db, { organization, reason: `The action "${before.name}" was deleted`, now });
  await sql`delete from versions where organization = ${organization} and action_id = ${id}
    and not exists (select 1 from runs where runs.organization = versions.organization
      and runs.action_id = versions.action_id and runs.version = versions.number)`.execute(db);
  await recordAudit(db, {
    at: now,
    organization,
    actor,
    action: "delete",
    object: `action_scripts:${id}`,
    address,
    detail: before.name,
  });
  return { outcome: "removed" };
}
