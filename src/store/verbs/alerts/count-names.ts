import { type Kysely, sql } from "kysely";
import type { Admission } from "../../../core/alert/admission.ts";
import type { TakeAsk, ToldAlert } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";
import { trimHistory } from "./trim-history.ts";

interface Tally {
  received: number;
  entries: number;
  started: number;
  suppressed: number;
  last: ToldAlert;
}

/** Keeps the counts of each name, and the history within its bounds. */
export async function countNames(db: Kysely<Database>, ask: TakeAsk, admission: Admission): Promise<void> {
  const tallies = tally(ask, admission);
  const { organization, receiver, now } = ask;
  let more = 0;
  for (const [name, { last, ...counts }] of tallies) {
    more += counts.entries;
    const told = { receiver, state: last.state, last_at: now };
    await db
      .insertInto("alert_names")
      .values({ organization, name, ...told, ...counts, first_at: now })
      .onConflict((conflict) =>
        conflict.columns(["organization", "name"]).doUpdateSet({
          ...told,
          received: sql<number>`received + ${counts.received}`,
          entries: sql<number>`entries + ${counts.entries}`,
          started: sql<number>`started + ${counts.started}`,
          suppressed: sql<number>`suppressed + ${counts.suppressed}`,
        }),
      )
      .execute();
  }
  if (more === 0) return;
  await db
    .insertInto("alert_organizations")
    .values({ organization, revision: 0, entries: more })
    .onConflict((conflict) =>
      conflict.column("organization").doUpdateSet({ entries: sql<number>`entries + ${more}` }),
    )
    .execute();
  await trimHistory(db, organization, [...tallies.keys()]);
}

function tally({ alerts }: TakeAsk, { heard, starts }: Admission): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const [number, alert] of alerts.entries()) {
    const { kind } = heard[number]!;
    if (kind === "counted") continue;
    const known = tallies.get(alert.name);
    const one = known ?? { received: 0, entries: 0, started: 0, suppressed: 0, last: alert };
    one.received += 1;
    one.entries += kind === "new" ? 1 : 0;
    one.last = alert;
    tallies.set(alert.name, one);
  }
  for (const verdicts of starts) {
    // One run, however many alerts asked for it.
    const first = verdicts.find(({ kind }) => kind === "started");
    for (const verdict of verdicts) {
      const one = tallies.get(alerts[verdict.alert]!.name)!;
      if (verdict.kind !== "started") one.suppressed += 1;
      else if (verdict === first) one.started += 1;
    }
  }
  return tallies;
}
