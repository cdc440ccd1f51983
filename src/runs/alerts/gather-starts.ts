import type { AlertLink } from "../../core/action/action.ts";
import { keyOf } from "../../core/alert/admission.ts";
import type { WantedStart } from "./judge-alerts.ts";

/** A start that alerts of one message ask for. */
export interface GatheredStart extends Omit<WantedStart, "alert"> {
  readonly alerts: readonly number[];
}

/**
 * The starts of a message: one for each alert and link, but of a real-time action one for all alerts that ask for the
 * same link with the same key, as it takes a list of records. The parameters are those of the first.
 */
export function gatherStarts(wanted: readonly WantedStart[]): readonly GatheredStart[] {
  const gathered = Map.groupBy(wanted, ({ version, link, key, alert }) =>
    version.action.type === "realtime"
      ? `${keyOf(version.actionId, key)} ${link}`
      : `${keyOf(version.actionId, key)} ${link} ${alert}`,
  );
  return [...gathered.values()].map((all) => {
    const { alert: _, ...first } = all[0]!;
    return { ...first, alerts: all.map(({ alert }) => alert) };
  });
}

export const linkOfStart = ({ version, link }: Pick<WantedStart, "version" | "link">): AlertLink =>
  version.action.alerts[link]!;
