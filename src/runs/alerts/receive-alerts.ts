import type { Action } from "../../core/action/action.ts";
import { alertVariable } from "../../core/alert/alert-variable.ts";
import { judgeLink } from "../../core/alert/judge-link.ts";
import type { Instant } from "../../core/time.ts";
import type { AlertMessage, AlertsTaken } from "../ports/alerts.ts";
import { RunRefused } from "../run-refused.ts";
import type { startRun } from "../start/start-run.ts";

/** A live action as it is now. */
export interface LinkedAction {
  readonly id: string;
  readonly action: Action;
}

/** Starts what a message's alerts start, link by link. Rejects when the store does. */
export async function receiveAlerts(
  parts: Parameters<typeof startRun>[0] & {
    readonly linkedActions: (organization: string) => Promise<readonly LinkedAction[]>;
    readonly start: typeof startRun;
  },
  message: AlertMessage,
  now: Instant,
): Promise<AlertsTaken> {
  const { organization, receiver, sender: actor, alerts } = message;
  const started: AlertsTaken["started"][number][] = [];
  const linked = await parts.linkedActions(organization);
  for (const alert of alerts)
    for (const { id: actionId, action } of linked)
      for (const link of action.alerts) {
        const verdict = judgeLink(action, link, alert);
        // A start that has to wait is not made into one that does not.
        if (verdict.kind !== "starts" || link.start.kind !== "immediately") continue;
        const { name, state, fingerprint } = alert;
        try {
          const run = await parts.start(
            parts,
            {
              organization,
              actionId,
              trigger: { kind: "alert", name, receiver, state, alert: fingerprint },
              actor,
              parameters: verdict.parameters,
              input: action.type === "realtime" ? Buffer.from(JSON.stringify(alert.inputs)) : undefined,
              key: undefined,
              alert: alertVariable(alert),
            },
            now,
          );
          started.push({ run: run.id, action: action.name, alert: name });
        } catch (error) {
          if (!(error instanceof RunRefused)) throw error;
        }
      }
  return { received: alerts.length, started, suppressed: 0 };
}
