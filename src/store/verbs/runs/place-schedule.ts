import { type Kysely, sql } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { Version } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { linkAction } from "../alerts/link-action.ts";
import { happen } from "./apply-change.ts";
import { placeWatches, removeWatches } from "./watches.ts";

/**
 * Makes `version` the one that runs of its action pin from now on, and sets when the action fires next.
 * Every verb that creates an action or changes its version, its schedule or `enabled` calls it in its own
 * transaction; it also stores the version's row in `versions` (once; a version is immutable).
 * `next`: the next fire, worked out by the caller with `nextFire`; undefined when the action has no schedule,
 * is disabled, or never fires again. `once` and `at` are fires like others (`once`: at its creation).
 */
export async function placeSchedule(
  db: Kysely<Database>,
  { version, next }: { version: Version; next: Instant | undefined },
): Promise<void> {
  const { organization, actionId: action_id } = version;
  await db
    .insertInto("versions")
    .values({
      organization,
      action_id,
      number: version.number,
      action_name: version.action.name,
      digest: version.digest,
      code: version.code,
      action: JSON.stringify(version.action),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = { version: version.number, next_fire: next ?? null };
  await db
    .insertInto("schedules")
    .values({ organization, action_id, ...row })
    .onConflict((conflict) => conflict.columns(["organization", "action_id"]).doUpdateSet(row))
    .execute();
  await placeWatches(db, version);
  await linkAction(db, { organization, action_id }, (version.action.alerts ?? []).length > 0);
}

/**
 * The action is gone: it fires no more, no run of it can be created, and runs that have not started are
 * cancelled; those that run go on. History and versions stay. Called by the verb that deletes an action.
 */
export async function removeSchedule(
  db: Kysely<Database>,
  { organization, actionId, now }: { organization: string; actionId: string; now: Instant },
): Promise<void> {
  await db
    .deleteFrom("schedules")
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .execute();
  await removeWatches(db, { organization, actionId });
  await linkAction(db, { organization, action_id: actionId }, false);
  const idle = await db
    .selectFrom("runs")
    .selectAll()
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .where("state", "in", [sql.lit("waiting"), sql.lit("queued")])
    .execute();
  // Those without a slot first: none is let through only to be cancelled next.
  for (const row of idle.toSorted((a, b) => a.slot - b.slot))
    await happen(db, row, { kind: "withdrawn" }, now);
}
