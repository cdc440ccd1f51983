import type { Json } from "../../json.ts";
import type { Alert } from "../alert.ts";
import type { ReadAlerts } from "./alert-reader.ts";

/** Of one message. */
const mostAlerts = 1000;

/** Reads each item of a message; one that is no alert refuses the message, so that its sender learns of it. */
export function boundedAlerts(
  items: readonly Json[],
  read: (item: Json, at: number) => Alert | string,
): ReadAlerts {
  if (items.length > mostAlerts)
    return {
      ok: false,
      problem: `The message has ${items.length} alerts, and one message may have ${mostAlerts}: send them in parts (Alertmanager: max_alerts)`,
    };
  const alerts: Alert[] = [];
  for (const [at, item] of items.entries()) {
    const found = read(item, at);
    if (typeof found === "string") return { ok: false, problem: found };
    alerts.push(found);
  }
  return { ok: true, alerts };
}
