import type { Json } from "../../json.ts";
import type { Alert } from "../alert.ts";
import type { ReadAlerts } from "./alert-reader.ts";
import { boundedAlerts } from "./bounded-alerts.ts";
import { makeAlert } from "./make-alert.ts";
import { firstText, isObject, member } from "./members.ts";
import { readState } from "./read-state.ts";

/** Our own form: an object with a name and what else is known, or a list of them. docs/reference/alerts.md. */
export function readJsonAlerts(body: Json, receiver: string): ReadAlerts {
  const many = Array.isArray(body);
  if (!many && !isObject(body))
    return { ok: false, problem: 'An alert is an object such as {"name": "DiskFull"}, or a list of them' };
  return boundedAlerts(many ? body : [body], (item, at) => readOne(item, receiver, many ? `[${at}]` : ""));
}

function readOne(item: Json, receiver: string, place: string): Alert | string {
  const where = place === "" ? "The alert" : `The alert ${place}`;
  if (!isObject(item)) return `${where} is no object: write {"name": "DiskFull"}`;
  const labels = member(item, "labels");
  const name = firstText(labels, ["alertname"]) ?? firstText(item, ["name"]);
  if (name === undefined) return `${where} has no name: write {"name": "DiskFull"}, or the label alertname`;
  const state = readState(item);
  if (state === undefined) return `${where} has a state that is neither "firing" nor "resolved"`;
  return makeAlert({
    receiver,
    name,
    state,
    labels,
    annotations: member(item, "annotations"),
    fingerprint: member(item, "fingerprint"),
    startsAt: member(item, "startsAt"),
    endsAt: member(item, "endsAt"),
    urls: [member(item, "url")],
    fields: item,
    inputs: [item],
  });
}
