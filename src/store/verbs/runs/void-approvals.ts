import type { Kysely } from "kysely";
import { canonicalJson, type JsonObject } from "../../../core/json.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { happen } from "./apply-change.ts";
import { versionNumber } from "./current-version.ts";
import { pinsOf } from "./pins.ts";
import { actionOf, runOf } from "./rows.ts";

/**
 * Asks anew about every run that waits for approval, or was granted it and has not begun, if what it would do is not
 * what was asked for any more. Every verb that changes a version or a provider calls it in its own transaction.
 * `reason`: the beginning of a sentence, as in `The provider "web-1" was changed`.
 */
export async function voidApprovals(
  db: Kysely<Database>,
  { organization, reason, now }: { organization: string; reason: string; now: Instant },
): Promise<void> {
  const rows = await db
    .selectFrom("runs")
    .selectAll()
    .where("organization", "=", organization)
    .where("approval", "is not", null)
    .where("started_at", "is", null)
    .where("ended_at", "is", null)
    .execute();
  for (const row of rows) {
    const version = await versionNumber(db, { organization, actionId: row.action_id, version: row.version });
    const { approval } = runOf(row);
    if (version === undefined || approval === undefined) continue;
    const pins = await pinsOf(db, version, actionOf(version));
    const same =
      canonicalJson(pins as unknown as JsonObject) === canonicalJson(approval.pins as unknown as JsonObject);
    if (!same) await happen(db, row, { kind: "voided", reason, pins }, now);
  }
}
