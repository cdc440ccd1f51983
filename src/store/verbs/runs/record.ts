import type { Kysely, Selectable } from "kysely";
import type { Change } from "../../../core/run/change.ts";
import type { Database } from "../../tables/database.ts";
import type { RunRow } from "../../tables/runs.ts";
import { admit } from "./admit.ts";
import { applyChange } from "./apply-change.ts";
import { actionOf } from "./rows.ts";
import { stepsAreAsBefore } from "./steps.ts";

/**
 * Writes a change if the run is still what it was decided on. A run whose delay is over meets its action's
 * concurrency limit here.
 */
export async function record(
  db: Kysely<Database>,
  { change, fence }: { change: Change; fence: number | undefined },
): Promise<"recorded" | "stale"> {
  const row = await db.selectFrom("runs").selectAll().where("id", "=", change.run).executeTakeFirst();
  if (row === undefined || isStale(row, change, fence)) return "stale";
  if (!(await stepsAreAsBefore(db, row.id, change.steps))) return "stale";
  await applyChange(db, row, change);
  if (change.from === "waiting" && change.to === "queued") {
    const version = await db
      .selectFrom("versions")
      .select("action")
      .where("organization", "=", row.organization)
      .where("action_id", "=", row.action_id)
      .where("number", "=", row.version)
      .executeTakeFirstOrThrow();
    await admit(db, { ...row, state: change.to }, actionOf(version).concurrency, change.at);
  }
  return "recorded";
}

function isStale(row: Selectable<RunRow>, change: Change, fence: number | undefined): boolean {
  if (row.state !== change.from) return true;
  if (fence !== undefined && row.fence !== fence) return true;
  // Whoever decided did not know of a cancel that was asked meanwhile.
  if ((row.cancel_asked === 1) !== change.cancelAsked) return true;
  // Two who vote at once have both read the same votes.
  const known = change.approval === undefined ? null : JSON.stringify(change.approval);
  if (row.approval !== known) return true;
  // Without a fence, "lost" is the finding of an onlooker: the lease may have been renewed since.
  const renewed = row.lease_until !== null && row.lease_until > change.at;
  const isFinding = change.event.kind === "lost" || change.event.kind === "resumed";
  return fence === undefined && isFinding && renewed;
}
