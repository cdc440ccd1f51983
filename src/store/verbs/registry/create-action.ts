import type { Kysely } from "kysely";
import type { RegistryStore, WriteOutcome } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";
import { currentColumns } from "./action-row.ts";
import { findAction, findActionByName } from "./find-action.ts";
import { storeVersion } from "./store-version.ts";

/** Makes an action with version 1; "name-taken" when its name is live. */
export async function createAction(
  db: Kysely<Database>,
  { version, next, address }: Parameters<RegistryStore["createAction"]>[0],
): Promise<WriteOutcome> {
  const { organization, actionId: id, createdBy: created_by, createdAt: created_at } = version;
  const namesake = await findActionByName(db, { organization, name: version.action.name });
  if (namesake !== undefined) return { outcome: "name-taken" };
  await storeVersion(db, version, 1, next);
  await db
    .insertInto("actions")
    .values({ organization, id, ...currentColumns(version, 1), created_by, created_at })
    .execute();
  await recordAudit(db, {
    at: created_at,
    organization,
    actor: created_by,
    action: "create",
    object: `action_scripts:${id}`,
    address,
    detail: `${version.action.name}, version 1`,
  });
  return { outcome: "written", action: (await findAction(db, { organization, id }))! };
}
