import type { Instant } from "../../core/time.ts";
import type { AlertMessage, AlertsTaken } from "../ports/alerts.ts";
import { RunRefused } from "../run-refused.ts";
import { announceStart } from "../start/start-run.ts";
import { fewAtOnce } from "./few-at-once.ts";
import { type GatheredStart, gatherStarts } from "./gather-starts.ts";
import { judgeAlerts } from "./judge-alerts.ts";
import { linkedActions } from "./linked-actions.ts";
import { type AlertParts, type TakenWhole, takeStarts } from "./take-starts.ts";
import { toldAlerts } from "./told-alerts.ts";

/** How often the actions may change under the feet of one message. */
const mostTries = 10;

/** Messages that make runs of the same action at once. */
const startingAtOnce = 8;

export interface AlertReceiver {
  /**
   * Takes a message in: judges its alerts by every link, makes the runs that they start, and has all of it decided and
   * written in one transaction.
   * @throws RunRefused `BUSY`
   */
  receive(message: AlertMessage, now: Instant): Promise<AlertsTaken>;
}

/** Takes messages in, with what it knows of the links between one and the next. */
export function alertReceiver(parts: AlertParts): AlertReceiver {
  const links = linkedActions(parts.alerts);
  const starting = fewAtOnce(startingAtOnce);
  return {
    async receive(message, now) {
      const { organization } = message;
      if (message.alerts.length === 0) return { received: 0, started: [], suppressed: 0 };
      let linked = await links.current(organization);
      for (let tries = 0; tries < mostTries; tries += 1) {
        const judged = await judgeAlerts(linked, message.alerts);
        const starts = gatherStarts(judged.flatMap((one) => one.starts));
        const told = toldAlerts(message, judged, now);
        const { revision } = linked;
        const taken = await takeStarts(parts, starting, { message, revision, told, starts, now });
        if (taken.kind === "taken") return announced(parts, message, starts, taken);
        if (taken.kind === "moved") linked = await links.refresh(organization);
      }
      throw new RunRefused("BUSY", "Actions or runs change all the time; nothing was taken. Send it again.");
    },
  };
}

function announced(
  { bell }: AlertParts,
  message: AlertMessage,
  starts: readonly GatheredStart[],
  { started, suppressed, dropped }: TakenWhole,
): AlertsTaken {
  const versions = new Map(starts.map(({ version }) => [version.actionId, version]));
  for (const { run } of started) announceStart(bell, run, versions.get(run.actionId)!);
  for (const run of dropped) bell.ring(`run:${run}`);
  // Something may follow their end.
  if (dropped.length > 0) bell.ring("runs");
  return {
    received: message.alerts.length,
    started: started.map(({ run, alerts }) => ({
      run: run.id,
      action: run.actionName,
      alert: message.alerts[alerts[0]!]!.name,
    })),
    suppressed,
  };
}
