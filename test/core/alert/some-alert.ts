import { readAction } from "../../../src/core/action/read-action.ts";
import type { Alert } from "../../../src/core/alert/alert.ts";

/** An alert that says what alerts usually say. */
export const someAlert = (fields: Partial<Alert> = {}): Alert => ({
  receiver: "json",
  name: "ServiceDown",
  state: "firing",
  labels: { alertname: "ServiceDown", severity: "critical", service: "nginx" },
  annotations: { summary: "nginx does not answer" },
  fingerprint: "5f3a",
  startsAt: Date.UTC(2027, 2, 1, 7) * 1000,
  endsAt: undefined,
  url: "https://prometheus.example.com/graph",
  fields: {},
  inputs: [{}],
  ...fields,
});

/** A runbook with these links, as written. */
export function linked(alerts: readonly object[], fields: object = {}) {
  const value = {
    type: "runbook",
    mode: "triggered",
    parameters: { service: { type: "string", optional: true }, count: { optional: true } },
    steps: [{ name: "one", run: "true" }],
    alerts,
    ...fields,
  };
  const read = readAction(value, "restart_service");
  if (!read.ok) throw new TypeError(JSON.stringify(read.issues));
  return read.action;
}
