import { readFileSync } from "node:fs";
import type { Alert, ReceiverKind } from "../../../../src/core/alert/alert.ts";
import { readAlerts } from "../../../../src/core/alert/read/read-alerts.ts";
import type { Json } from "../../../../src/core/json.ts";

const folder = new URL("../../../fixtures/alerts/", import.meta.url);

/** What a sender really posts. */
export const payload = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));

/** The alerts of a payload of ours; the receiver has the name of its kind. */
export function alertsOf(name: string): readonly Alert[] {
  const kind = name.slice(0, name.indexOf("-")) as ReceiverKind;
  const read = readAlerts(kind, payload(name), kind);
  if (!read.ok) throw new TypeError(read.problem);
  return read.alerts;
}
