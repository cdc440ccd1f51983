import { type Kysely, sql } from "kysely";
import type { StartVerdict } from "../../../core/alert/admission.ts";
import { suppressionReason } from "../../../core/alert/suppression-reason.ts";
import type { Instant } from "../../../core/time.ts";
import type { StartAsked, TakeAsk, ToldAlert } from "../../../runs/ports/alert-store.ts";
import type { AlertOutcomeRow } from "../../tables/alerts.ts";
import type { Database } from "../../tables/database.ts";

/** What judging came to, as far as it is more than "no match". */
export async function writeJudged(
  db: Kysely<Database>,
  entry: string,
  judged: ToldAlert["judged"],
  now: Instant,
): Promise<void> {
  for (const { actionId, actionName, link, kind, reason } of judged)
    await write(
      db,
      { entry, action_id: actionId, action_name: actionName, link, kind, run: "", key: null, reason },
      now,
    );
}

/** What became of a start, for each alert that asked for it. */
export async function writeVerdicts(
  db: Kysely<Database>,
  asked: StartAsked,
  verdicts: readonly StartVerdict[],
  { now, limits }: TakeAsk,
): Promise<void> {
  const { actionId: action_id, actionName: action_name, link, key = null } = asked;
  for (const { entry, kind, run } of verdicts) {
    const isRefused = kind === "started" && asked.run?.state === "failed";
    const reason =
      kind === "started" ? (asked.run?.reason ?? null) : suppressionReason(kind, run, asked.cooldown, limits);
    await write(
      db,
      {
        entry,
        action_id,
        action_name,
        link,
        kind: isRefused ? "refused" : kind,
        run: run ?? "",
        key,
        reason,
      },
      now,
    );
  }
}

async function write(
  db: Kysely<Database>,
  row: Omit<AlertOutcomeRow, "count" | "first_at" | "last_at">,
  now: Instant,
): Promise<void> {
  await db
    .insertInto("alert_outcomes")
    .values({ ...row, count: 1, first_at: now, last_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(["entry", "action_id", "link", "kind", "run"])
        .doUpdateSet({ count: sql<number>`count + 1`, last_at: now, reason: row.reason }),
    )
    .execute();
}
