import type { Kysely } from "kysely";
import type { Admission } from "../../../core/alert/admission.ts";
import { admitAlerts } from "../../../core/alert/admit-alerts.ts";
import type { Run } from "../../../core/run/run.ts";
import type { TakeAsk, Taken } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";
import { countBeyond } from "./count-beyond.ts";
import { countNames } from "./count-names.ts";
import { dropRuns, noteResolved, noWaitFor } from "./drop-runs.ts";
import { unpreparedOf } from "./foresee.ts";
import { hearAlert } from "./hear-alert.ts";
import { linkRevision } from "./link-action.ts";
import { makeStart } from "./make-start.ts";
import { standingOf } from "./standing.ts";
import { writeBuckets } from "./write-buckets.ts";
import { writeJudged, writeVerdicts } from "./write-outcomes.ts";

/**
 * Decides what becomes of a message and writes it: the history, the runs that it starts, the waiting ones that it ends.
 * Writes nothing when it was judged by links that have changed, or a run is missing that is to start.
 */
export async function take(db: Kysely<Database>, ask: TakeAsk): Promise<Taken> {
  const { organization, receiver, alerts, starts, now } = ask;
  if ((await linkRevision(db, organization)) !== ask.revision) return { kind: "moved" };
  const standing = await standingOf(db, ask);
  const admission = admitAlerts(ask, standing, ask.limits, now);
  if (admission.unprepared.length > 0) return { kind: "unprepared", unprepared: unpreparedOf(admission) };
  const atLast = Map.groupBy(starts.keys(), (start) => starts[start]!.alerts.at(-1));
  const started: { readonly run: Run; readonly alerts: readonly number[] }[] = [];
  for (const [number, alert] of alerts.entries()) {
    const heard = admission.heard[number]!;
    if (heard.kind !== "counted") {
      await hearAlert(db, ask, alert, heard);
      await writeJudged(db, heard.entry, alert.judged, now);
    }
    if (alert.state === "resolved") await noWaitFor(db, { organization, receiver, ...alert });
    for (const start of atLast.get(number) ?? []) {
      const verdicts = admission.starts[start]!;
      const run = await makeStart(db, ask, starts[start]!, verdicts);
      if (run !== undefined) started.push(run);
      await writeVerdicts(db, starts[start]!, verdicts, ask);
    }
  }
  const dropped = await dropRuns(db, admission.dropped, now);
  await noteResolved(db, admission.resolved, now);
  await countBeyond(db, ask, admission);
  await writeBuckets(db, ask, admission);
  await countNames(db, ask, admission);
  return { kind: "taken", started, suppressed: suppressedIn(ask, admission), dropped };
}

/** Of each start the alerts that it does not come about for. */
const suppressedIn = ({ starts }: TakeAsk, admission: Admission): number =>
  starts.reduce(
    (all, { alerts }, start) =>
      all + alerts.length - admission.starts[start]!.filter(({ kind }) => kind === "started").length,
    0,
  );
