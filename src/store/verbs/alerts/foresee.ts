import type { Kysely } from "kysely";
import { admitAlerts } from "../../../core/alert/admit-alerts.ts";
import type { ForeseeAsk, Foreseen } from "../../../runs/ports/alert-store.ts";
import type { Database } from "../../tables/database.ts";
import { linkRevision } from "./link-action.ts";
import { standingOf } from "./standing.ts";

/** Which starts of a message would come about now, and still need their run. */
export async function foresee(db: Kysely<Database>, ask: ForeseeAsk): Promise<Foreseen> {
  if ((await linkRevision(db, ask.organization)) !== ask.revision) return { kind: "moved" };
  const standing = await standingOf(db, ask);
  return { kind: "foreseen", unprepared: unpreparedOf(admitAlerts(ask, standing, ask.limits, ask.now)) };
}

/** The starts that come about and have no run that was made for exactly these alerts. */
export const unpreparedOf = ({
  starts,
  unprepared,
}: ReturnType<typeof admitAlerts>): Extract<Foreseen, { kind: "foreseen" }>["unprepared"] =>
  unprepared.map((start) => ({
    start,
    alerts: starts[start]!.filter(({ kind }) => kind === "started").map(({ alert }) => alert),
  }));
