import { type Kysely, type Selectable, sql } from "kysely";
import type { Concurrency } from "../../../core/action/action.ts";
import { admission, skippedReason } from "../../../core/run/overlap.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import type { RunRow } from "../../tables/runs.ts";
import { happen } from "./apply-change.ts";
import { takeSlot, usedSlots } from "./slots.ts";

/** Carries out what `admission` says of a run that has just become queued. */
export async function admit(
  db: Kysely<Database>,
  row: Selectable<RunRow>,
  concurrency: Concurrency,
  now: Instant,
): Promise<void> {
  const verdict = admission(concurrency, await usedSlots(db, row));
  if (verdict === "unlimited") return letIn(db, row, 0);
  if (verdict === "admit") {
    if (await takeSlot(db, row, concurrency.limit ?? 0)) await letIn(db, row, 1);
    return;
  }
  if (verdict === "skip") return happen(db, row, { kind: "skip", reason: skippedReason(concurrency) }, now);
  if (verdict === "replace") await replaceOthers(db, row, concurrency.limit ?? 0, now);
}

async function letIn(db: Kysely<Database>, row: Selectable<RunRow>, slot: 0 | 1): Promise<void> {
  await db.updateTable("runs").set({ admitted: 1, slot }).where("id", "=", row.id).execute();
}

/** Cancels those that waited before it, and the oldest that count, so that one slot comes free. */
async function replaceOthers(
  db: Kysely<Database>,
  row: Selectable<RunRow>,
  limit: number,
  now: Instant,
): Promise<void> {
  const others = await db
    .selectFrom("runs")
    .selectAll()
    .where("organization", "=", row.organization)
    .where("action_id", "=", row.action_id)
    .where("state", "in", [sql.lit("queued"), sql.lit("running")])
    .where("id", "!=", row.id)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  const holders = others.filter((other) => other.slot === 1 && other.cancel_asked === 0);
  const victims = holders.slice(0, Math.max(0, holders.length - limit + 1));
  for (const blocked of others.filter((other) => other.state === "queued" && other.admitted === 0)) {
    await happen(db, blocked, { kind: "replaced", by: row.id }, now);
  }
  for (const victim of victims) await happen(db, victim, { kind: "replaced", by: row.id }, now);
}
