import { type Kysely, sql } from "kysely";
import { admission } from "../../../core/run/overlap.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { actionOf } from "./rows.ts";

/** Which action a slot belongs to. */
export interface SlotOwner {
  readonly organization: string;
  readonly action_id: string;
}

/** How many runs of an action count towards its limit. */
export async function usedSlots(db: Kysely<Database>, owner: SlotOwner): Promise<number> {
  const row = await db
    .selectFrom("slots")
    .select("used")
    .where("organization", "=", owner.organization)
    .where("action_id", "=", owner.action_id)
    .executeTakeFirst();
  return row?.used ?? 0;
}

/** Takes a slot while fewer than `limit` are used: one conditional write, so that nobody counts rows. */
export async function takeSlot(db: Kysely<Database>, owner: SlotOwner, limit: number): Promise<boolean> {
  const { organization, action_id } = owner;
  await db
    .insertInto("slots")
    .values({ organization, action_id, used: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const taken = await db
    .updateTable("slots")
    .set({ used: sql<number>`used + 1` })
    .where("organization", "=", organization)
    .where("action_id", "=", action_id)
    .where("used", "<", limit)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** Gives a slot back, and to the runs that wait for one. */
export async function releaseSlot(db: Kysely<Database>, owner: SlotOwner, now: Instant): Promise<void> {
  await db
    .updateTable("slots")
    .set({ used: sql<number>`used - 1` })
    .where("organization", "=", owner.organization)
    .where("action_id", "=", owner.action_id)
    .where("used", ">", 0)
    .execute();
  await promote(db, owner, now);
}

/**
 * Lets blocked runs of an action through, oldest first, while there is room. Blocked runs are not claimable:
 * a claim never scans past ten thousand runs of one limited action to find another's.
 */
async function promote(db: Kysely<Database>, owner: SlotOwner, now: Instant): Promise<void> {
  for (;;) {
    const next = await db
      .selectFrom("runs")
      .innerJoin("versions", (join) =>
        join
          .onRef("versions.organization", "=", "runs.organization")
          .onRef("versions.action_id", "=", "runs.action_id")
          .onRef("versions.number", "=", "runs.version"),
      )
      .select(["runs.id", "versions.action"])
      .where("runs.organization", "=", owner.organization)
      .where("runs.action_id", "=", owner.action_id)
      .where("runs.state", "=", sql.lit("queued"))
      .where("runs.admitted", "=", sql.lit(0))
      .orderBy("runs.due_at")
      .orderBy("runs.id")
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) return;
    const { concurrency } = actionOf(next);
    const unlimited = admission(concurrency, 0) === "unlimited";
    if (!unlimited && !(await takeSlot(db, owner, concurrency.limit ?? 0))) return;
    // Its turn comes after those that became ready before it.
    const set = { admitted: 1, slot: unlimited ? 0 : 1, due_at: now };
    await db.updateTable("runs").set(set).where("id", "=", next.id).execute();
  }
}
