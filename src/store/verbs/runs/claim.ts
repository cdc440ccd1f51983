import { type Kysely, sql } from "kysely";
import { decide } from "../../../core/run/decide.ts";
import { isRefusal } from "../../../core/run/refusal.ts";
import type { Instant } from "../../../core/time.ts";
import type { Claimed } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { applyChange } from "./apply-change.ts";
import { runOf, versionOf } from "./rows.ts";

/** Hands ready runs to a worker, longest ready first, each with a lease and a new fence. */
export async function claim(
  db: Kysely<Database>,
  { worker, limit, now, until }: { worker: string; limit: number; now: Instant; until: Instant },
): Promise<readonly Claimed[]> {
  const ready = await db
    .selectFrom("runs")
    .selectAll()
    .where("state", "=", sql.lit("queued"))
    .where("admitted", "=", sql.lit(1))
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .orderBy("id")
    .limit(limit)
    .execute();
  const claimed: Claimed[] = [];
  for (const row of ready) {
    const change = decide(runOf(row), { kind: "claimed", worker }, now);
    if (isRefusal(change)) continue;
    const held = { worker, fence: row.fence + 1, lease_until: until };
    await applyChange(db, row, change, held);
    const version = await db
      .selectFrom("versions")
      .selectAll()
      .where("organization", "=", row.organization)
      .where("action_id", "=", row.action_id)
      .where("number", "=", row.version)
      .executeTakeFirstOrThrow();
    const run = { ...runOf(row), ...change.patch, state: change.to, reason: change.reason };
    claimed.push({ run, version: versionOf(version), fence: held.fence });
  }
  return claimed;
}
