import type { Instant } from "../../core/time.ts";
import type { AlertMessage, AlertsTaken } from "../ports/alerts.ts";
import { RunRefused } from "../run-refused.ts";
import type { RunsParts } from "../service.ts";
import { announceStart } from "../start/start-run.ts";
import { type GatheredStart, gatherStarts } from "./gather-starts.ts";
import { judgeAlerts } from "./judge-alerts.ts";
import type { LinkedActionsCache } from "./linked-actions.ts";
import { type TakenWhole, takeStarts } from "./take-starts.ts";
import { toldAlerts } from "./told-alerts.ts";

export type AlertParts = Pick<RunsParts, "alerts" | "blobs" | "bell" | "sealer" | "alertLimits">;

/** How often the actions may change under the feet of one message. */
const mostTries = 10;

/**
 * Takes a message in: judges its alerts by every link, makes the runs that they start, and has all of it decided and
 * written in one transaction.
 * @throws RunRefused `BUSY`
 */
export async function receiveAlerts(
  parts: AlertParts,
  links: LinkedActionsCache,
  message: AlertMessage,
  now: Instant,
): Promise<AlertsTaken> {
  const { organization } = message;
  let linked = await links.current(organization);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const judged = await judgeAlerts(linked, message.alerts);
    const starts = gatherStarts(judged.flatMap((one) => one.starts));
    const told = toldAlerts(message, judged, now);
    const taken = await takeStarts(parts, { message, revision: linked.revision, told, starts, now });
    if (taken.kind === "taken") return announced(parts, message, starts, taken);
    if (taken.kind === "moved") linked = await links.refresh(organization);
  }
  throw new RunRefused(
    "BUSY",
    "Actions or runs are changing all the time; nothing was taken. Send it again.",
  );
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
