import type { Kysely } from "kysely";
import type { Pins, RunApproval } from "../../../core/approval/run-approval.ts";
import { canonicalJson, type JsonObject } from "../../../core/json.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { happen } from "./apply-change.ts";
import { versionNumber } from "./current-version.ts";
import { pinsOf } from "./pins.ts";
import { actionOf } from "./rows.ts";

/**
 * Asks anew about every run that waits for approval, or was granted it and has not begun, if what it would do is not
 * what was asked for any more. Every verb that changes a version or a provider calls it in its own transaction.
 * `reason`: the beginning of a sentence, as in `The provider "web-1" was changed`.
 */
export async function voidApprovals(
  db: Kysely<Database>,
  { organization, reason, now }: { organization: string; reason: string; now: Instant },
): Promise<void> {
  // Of thousands that a storm of alerts has left waiting, what they are about is few versions.
  const rows = await db
    .selectFrom("runs")
    .select(["id", "action_id", "version", "approval"])
    .where("organization", "=", organization)
    .where("approval", "is not", null)
    .where("started_at", "is", null)
    .where("ended_at", "is", null)
    .execute();
  const byVersion = Map.groupBy(rows, (row) => `${row.action_id} ${row.version}`);
  for (const asked of byVersion.values()) {
    const { action_id: actionId, version: number } = asked[0]!;
    const version = await versionNumber(db, { organization, actionId, version: number });
    if (version === undefined) continue;
    const pins = await pinsOf(db, version, actionOf(version));
    const wanted = textOf(pins);
    for (const { id, approval } of asked) {
      if (textOf((JSON.parse(approval!) as RunApproval).pins) === wanted) continue;
      const row = await db.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      await happen(db, row, { kind: "voided", reason, pins }, now);
    }
  }
}

const textOf = (pins: Pins): string => canonicalJson(pins as unknown as JsonObject);
