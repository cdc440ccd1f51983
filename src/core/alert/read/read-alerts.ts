import type { Json } from "../../json.ts";
import type { ReceiverKind } from "../alert.ts";
import type { AlertReader, ReadAlerts } from "./alert-reader.ts";
import { readAlertmanager, readGrafana } from "./alertmanager.ts";
import { readJsonAlerts } from "./json.ts";
import { readOpenObserve } from "./openobserve.ts";

const readers: Readonly<Record<ReceiverKind, AlertReader>> = {
  alertmanager: readAlertmanager,
  grafana: readGrafana,
  openobserve: readOpenObserve,
  json: readJsonAlerts,
};

/** The alerts of a message to a receiver of this kind. */
export const readAlerts = (kind: ReceiverKind, body: Json, receiver: string): ReadAlerts =>
  readers[kind](body, receiver);
