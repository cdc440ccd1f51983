import type { Action, AlertLink } from "../../../src/core/action/action.ts";
import type { Alert } from "../../../src/core/alert/alert.ts";
import type { RunsParts } from "../../../src/runs/index.ts";
import type { AlertEntry } from "../../../src/runs/ports/alert-store.ts";
import type { AlertMessage, AlertsTaken } from "../../../src/runs/ports/alerts.ts";
import { outcome, untilAborted, world } from "../world.ts";

export const someLink = (fields: Partial<AlertLink> = {}): AlertLink => ({
  match: 'alert.name == "ServiceDown"',
  on: ["firing"],
  start: { kind: "immediately" },
  key: undefined,
  cooldown: undefined,
  parameters: {},
  ...fields,
});

/** An alert as a receiver hands it in; `startsAt` undefined: its sender says nothing of it. */
export const someAlert = (fields: Partial<Alert> = {}): Alert => ({
  receiver: "alertmanager",
  name: "ServiceDown",
  state: "firing",
  labels: { alertname: "ServiceDown", service: "nginx" },
  annotations: { summary: "nginx does not answer" },
  fingerprint: "f-nginx",
  startsAt: 1_799_999_000_000_000,
  endsAt: undefined,
  url: undefined,
  fields: {},
  inputs: [{ name: fields.name ?? "ServiceDown", of: fields.fingerprint ?? "f-nginx" }],
  ...fields,
});
export const resolved = (fields: Partial<Alert> = {}): Alert => someAlert({ ...fields, state: "resolved" });

export type Ends = "at once" | "never";

/** A service whose runs end at once, or when they are told to, with senders of alerts. */
export async function alertWorld(ends: Ends = "at once", more: Partial<RunsParts> = {}) {
  const w = await world(ends === "never" ? untilAborted : async () => outcome(), more);
  let made = 0;
  const link = async (fields: Partial<Action> = {}, ...links: readonly AlertLink[]) => {
    made += 1;
    return w.place({
      type: "runbook",
      name: `action_${made}`,
      alerts: links.length === 0 ? [someLink()] : links,
      steps: [],
      mode: "triggered",
      concurrency: { limit: undefined, overlap: "allow" },
      ...fields,
    } as Partial<Action>);
  };
  const send = (
    alerts: Alert | readonly Alert[],
    fields: Partial<AlertMessage> = {},
  ): Promise<AlertsTaken> => {
    const list = Array.isArray(alerts) ? (alerts as readonly Alert[]) : [alerts as Alert];
    return w.service.receiveAlerts({
      organization: "default",
      receiver: list[0]?.receiver ?? "alertmanager",
      sender: "alerts@example.com",
      address: "192.0.2.1",
      alerts: list,
      ...fields,
    });
  };
  const entries = async (name = "ServiceDown"): Promise<readonly AlertEntry[]> =>
    (await w.alerts.entries({ organization: "default", name, limit: 1000, cursor: undefined })).items;
  /** What each entry led to: `kind` and how often. */
  const outcomes = async (name?: string) =>
    (await entries(name)).map(({ state, count, outcomes }) => ({
      state,
      count,
      outcomes: outcomes.map(({ kind, count: times }) => `${kind} ${times}`).sort(),
    }));
  return { ...w, link, send, entries, outcomes };
}
