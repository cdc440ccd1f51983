import type { Kysely } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { NewVersion, RegistryStore, WriteOutcome } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";
import { currentColumns } from "./action-row.ts";
import { findAction, findActionByName } from "./find-action.ts";
import { storeVersion } from "./store-version.ts";

/** Makes `version` the next and current one of its action, if the action is still the one that was seen. */
export async function addVersion(
  db: Kysely<Database>,
  { version, next, expectEtag, address }: Parameters<RegistryStore["addVersion"]>[0],
): Promise<WriteOutcome> {
  const { organization, actionId: id, createdBy: actor, createdAt: at } = version;
  const before = await findAction(db, { organization, id });
  if (before === undefined) return { outcome: "missing" };
  if (expectEtag !== undefined && before.etag !== expectEtag) return { outcome: "stale", etag: before.etag };
  const namesake = await findActionByName(db, { organization, name: version.action.name });
  if (namesake !== undefined && namesake.id !== id) return { outcome: "name-taken" };
  const number = before.version + 1;
  await storeVersion(db, version, number, next.kind === "set" ? next.at : await nextAsItIs(db, version));
  await db
    .updateTable("actions")
    .set(currentColumns(version, number))
    .where("organization", "=", organization)
    .where("id", "=", id)
    .execute();
  await recordAudit(db, {
    at,
    organization,
    actor,
    action: "update",
    object: `action_scripts:${id}`,
    address,
    detail: `${version.action.name}, version ${number}`,
  });
  return { outcome: "written", action: (await findAction(db, { organization, id }))! };
}

/** A tick that is due in this very moment is not lost to a change that has nothing to do with it. */
async function nextAsItIs(
  db: Kysely<Database>,
  { organization, actionId }: NewVersion,
): Promise<Instant | undefined> {
  const row = await db
    .selectFrom("schedules")
    .select("next_fire")
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .executeTakeFirst();
  return row?.next_fire ?? undefined;
}
