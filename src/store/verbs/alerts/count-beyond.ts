import { type Kysely, sql } from "kysely";
import type { Admission } from "../../../core/alert/admission.ts";
import type { TakeAsk } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";

const minute = 60_000_000;

/** Counts what was beyond the limits: one row for each minute and receiver or action. */
export async function countBeyond(
  db: Kysely<Database>,
  { organization, receiver, starts, now }: TakeAsk,
  { heard, starts: verdicts }: Admission,
): Promise<void> {
  const count = async (of: "receiver" | "action", name: string, more: number) => {
    if (more === 0) return;
    const row = { organization, of, name, minute: Math.floor(now / minute) };
    await db
      .insertInto("alert_overflow")
      .values({ ...row, count: more, first_at: now, last_at: now })
      .onConflict((conflict) =>
        conflict
          .columns(["organization", "minute", "of", "name"])
          .doUpdateSet({ count: sql<number>`count + ${more}`, last_at: now }),
      )
      .execute();
  };
  await count("receiver", receiver, heard.filter(({ kind }) => kind === "counted").length);
  for (const [start, { actionId }] of starts.entries())
    await count("action", actionId, verdicts[start]!.filter(({ kind }) => kind === "limited").length);
}
