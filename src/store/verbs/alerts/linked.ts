import type { Kysely, Selectable } from "kysely";
import type { LinkedAction, LinkedActions } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";
import type { VersionRow } from "../../tables/runs.ts";
import { versionOf } from "../runs/rows.ts";
import { linkRevision } from "./link-action.ts";

/** The current versions of actions that are linked to alerts; those that the caller knows by their number alone. */
export async function linked(
  db: Kysely<Database>,
  { organization, known }: { organization: string; known: ReadonlyMap<string, number> },
): Promise<LinkedActions> {
  const current = await db
    .selectFrom("alert_linked")
    .innerJoin("schedules", (join) =>
      join
        .onRef("schedules.organization", "=", "alert_linked.organization")
        .onRef("schedules.action_id", "=", "alert_linked.action_id"),
    )
    .select(["schedules.action_id", "schedules.version"])
    .where("alert_linked.organization", "=", organization)
    .orderBy("schedules.action_id")
    .execute();
  const actions: LinkedAction[] = [];
  for (const { action_id: actionId, version: number } of current) {
    if (known.get(actionId) === number) {
      actions.push({ actionId, number, version: undefined });
      continue;
    }
    const row = await db
      .selectFrom("versions")
      .selectAll()
      .where("organization", "=", organization)
      .where("action_id", "=", actionId)
      .where("number", "=", number)
      .executeTakeFirstOrThrow();
    actions.push({ actionId, number, version: readable(row) });
  }
  return { revision: await linkRevision(db, organization), actions };
}

/** What cannot be read stops none of the others. */
function readable(row: Selectable<VersionRow>): LinkedAction["version"] {
  try {
    return versionOf(row);
  } catch {
    return "unreadable";
  }
}
