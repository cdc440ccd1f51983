import { type Kysely, sql } from "kysely";
import { isAsked } from "../../../core/approval/run-approval.ts";
import type { Run } from "../../../core/run/run.ts";
import type { Database } from "../../tables/database.ts";
import { versionNumber } from "./current-version.ts";
import { pinsOf } from "./pins.ts";
import { actionOf, runOf } from "./rows.ts";

/** Runs that wait for people's approval, longest first. */
export async function asking(
  db: Kysely<Database>,
  { organization, limit }: { organization: string; limit: number },
): Promise<readonly Run[]> {
  const rows = await db
    .selectFrom("runs")
    .selectAll()
    .where("organization", "=", organization)
    .where("approval", "is not", null)
    .where("started_at", "is", null)
    .where("ended_at", "is", null)
    .where(sql`json_extract(approval, '$.state')`, "=", "asked")
    .orderBy("created_at")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(runOf).filter(({ approval }) => isAsked(approval));
}

/** Whether the actions and providers that an approved run may still reach are those that were approved. */
export async function pinsHold(db: Kysely<Database>, { run }: { run: string }): Promise<boolean> {
  const row = await db.selectFrom("runs").selectAll().where("id", "=", run).executeTakeFirst();
  const approval = row && runOf(row).approval;
  if (row === undefined || approval === undefined) return true;
  const version = await versionNumber(db, {
    organization: row.organization,
    actionId: row.action_id,
    version: row.version,
  });
  if (version === undefined) return false;
  const { providers, actions } = await pinsOf(db, version, actionOf(version));
  return isSame(providers, approval.pins.providers) && isSame(actions, approval.pins.actions);
}

const isSame = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, digest]) => other[name] === digest);
