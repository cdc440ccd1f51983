import type { Kysely } from "kysely";
import type { Instant } from "../../../core/time.ts";
import type { Version } from "../../../runs/ports.ts";
import type { Database } from "../../tables/database.ts";

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
}

/** The action is gone: it fires no more and no run of it can be created. Its history and versions stay. */
export async function removeSchedule(
  db: Kysely<Database>,
  { organization, actionId }: { organization: string; actionId: string },
): Promise<void> {
  await db
    .deleteFrom("schedules")
    .where("organization", "=", organization)
    .where("action_id", "=", actionId)
    .execute();
}
