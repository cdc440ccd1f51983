import { type Kysely, sql } from "kysely";
import type { Heard } from "../../../core/alert/admission.ts";
import type { TakeAsk, ToldAlert } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";

/** Writes an alert into the history: as an entry of its own, or as a repeat of one that says the same. */
export async function hearAlert(
  db: Kysely<Database>,
  { organization, receiver, now }: TakeAsk,
  alert: ToldAlert,
  heard: Exclude<Heard, { kind: "counted" }>,
): Promise<void> {
  await db
    .updateTable("alert_entries")
    .set({ latest: 0 })
    .where("organization", "=", organization)
    .where("receiver", "=", receiver)
    .where("fingerprint", "=", alert.fingerprint)
    .where("latest", "=", sql.lit(1))
    .where("id", "!=", heard.entry)
    .execute();
  const said = { unmatched: alert.unmatched, last_at: now, latest: 1, ends_at: alert.endsAt ?? null };
  if (heard.kind === "again") {
    await db
      .updateTable("alert_entries")
      .set({ ...said, count: sql<number>`count + 1` })
      .where("id", "=", heard.entry)
      .execute();
    return;
  }
  await db
    .insertInto("alert_entries")
    .values({
      id: heard.entry,
      organization,
      receiver,
      name: alert.name,
      state: alert.state,
      fingerprint: alert.fingerprint,
      starts_at: alert.startsAt ?? null,
      url: alert.url ?? null,
      labels: JSON.stringify(alert.labels),
      annotations: JSON.stringify(alert.annotations),
      count: 1,
      first_at: now,
      ...said,
    })
    .execute();
}
