import type { Kysely } from "kysely";
import { type StartVerdict, storedKey } from "../../../core/alert/admission.ts";
import type { Run } from "../../../core/run/run.ts";
import { after } from "../../../core/time.ts";
import type { StartAsked, TakeAsk } from "../../../runs/ports/alert-store.ts";
import type { NewRun } from "../../../runs/ports/run-store.ts";
import type { Database } from "../../tables/database.ts";
import { create } from "../runs/create.ts";

/**
 * Makes the run of a start that comes about. While a run waits, the firing alerts that asked for it are kept with it,
 * also those that came later and found it alive.
 */
export async function makeStart(
  db: Kysely<Database>,
  ask: TakeAsk,
  asked: StartAsked,
  verdicts: readonly StartVerdict[],
): Promise<{ readonly run: Run; readonly alerts: readonly number[] } | undefined> {
  const joining = verdicts.filter(({ kind }) => kind === "alive");
  if (joining.length > 0 && (await isWaiting(db, joining[0]!.run)))
    await wait(db, ask, asked, joining[0]!.run!, joining);
  const starting = verdicts.filter(({ kind }) => kind === "started");
  if (starting.length === 0) return undefined;
  const prepared = told(asked.run!, starting[0]!.entry);
  const [made] = await create(db, { runs: [prepared], move: undefined });
  const run = made!.run;
  const { organization, now } = ask;
  const key = { organization, action_id: asked.actionId, key: storedKey(asked.key) };
  const last = { run: run.id, started_at: now, until: after(now, asked.cooldown ?? 0) };
  await db
    .insertInto("alert_keys")
    .values({ ...key, ...last })
    .onConflict((conflict) => conflict.columns(["organization", "action_id", "key"]).doUpdateSet(last))
    .execute();
  if (run.state === "waiting") await wait(db, ask, asked, run.id, starting);
  return { run, alerts: starting.map(({ alert }) => alert) };
}

/** The trigger names the entry that the alert is told in, which another message may have made meanwhile. */
const told = (run: NewRun, entry: string): NewRun =>
  run.trigger.kind === "alert" ? { ...run, trigger: { ...run.trigger, alert: entry } } : run;

async function isWaiting(db: Kysely<Database>, run: string | undefined): Promise<boolean> {
  const row = await db
    .selectFrom("runs")
    .select("state")
    .where("id", "=", run ?? "")
    .executeTakeFirst();
  return row?.state === "waiting";
}

async function wait(
  db: Kysely<Database>,
  { organization, receiver, alerts }: TakeAsk,
  { actionId: action_id, key }: StartAsked,
  run: string,
  verdicts: readonly StartVerdict[],
): Promise<void> {
  for (const { alert } of verdicts) {
    const { fingerprint, state, startsAt } = alerts[alert]!;
    if (state !== "firing") continue;
    await db
      .insertInto("alert_waiting")
      .values({
        ...{ run, organization, receiver, fingerprint, action_id, key: storedKey(key) },
        starts_at: startsAt ?? null,
      })
      .onConflict((conflict) =>
        conflict.columns(["run", "receiver", "fingerprint"]).doUpdateSet({ starts_at: startsAt ?? null }),
      )
      .execute();
  }
}
