import type { Json, JsonObject } from "../../json.ts";
import type { Alert } from "../alert.ts";
import type { ReadAlerts } from "./alert-reader.ts";
import { boundedAlerts } from "./bounded-alerts.ts";
import { makeAlert } from "./make-alert.ts";
import { firstText, isObject, member } from "./members.ts";
import { readState } from "./read-state.ts";

/** The webhook message of Alertmanager, version 4. */
export const readAlertmanager = (body: Json, receiver: string): ReadAlerts =>
  readGroup(body, receiver, { sender: "Alertmanager's webhook", urls: ["generatorURL"] });

/** What Grafana's webhook contact point sends: Alertmanager's form, with more about each alert. */
export const readGrafana = (body: Json, receiver: string): ReadAlerts =>
  readGroup(body, receiver, {
    sender: "Grafana's webhook contact point",
    urls: ["panelURL", "dashboardURL", "generatorURL"],
  });

interface Group {
  readonly sender: string;
  /** Members of an alert where a person reads more, the best one first. */
  readonly urls: readonly string[];
}

function readGroup(body: Json, receiver: string, group: Group): ReadAlerts {
  const items = member(body, "alerts");
  if (!Array.isArray(items))
    return { ok: false, problem: `This is no message of ${group.sender}: it has no list "alerts"` };
  return boundedAlerts(items as readonly Json[], (item, at) =>
    isObject(item)
      ? readOne(item, body as JsonObject, receiver, group, at)
      : `alerts[${at}] is no object, so this is no message of ${group.sender}`,
  );
}

function readOne(
  item: JsonObject,
  message: JsonObject,
  receiver: string,
  { urls }: Group,
  at: number,
): Alert | string {
  const state = readState(member(item, "status") === undefined ? message : item);
  if (state === undefined) return `alerts[${at}].status must be firing or resolved`;
  const labels = member(item, "labels");
  return makeAlert({
    receiver,
    // Alertmanager demands some label, but not this one.
    name: firstText(labels, ["alertname"]) ?? "unnamed",
    state,
    labels,
    annotations: member(item, "annotations"),
    fingerprint: member(item, "fingerprint"),
    startsAt: member(item, "startsAt"),
    endsAt: member(item, "endsAt"),
    urls: urls.map((key) => member(item, key)),
    fields: item,
    inputs: [item],
  });
}
