import { setImmediate as turn } from "node:timers/promises";
import type { AlertLink } from "../../core/action/action.ts";
import type { Alert } from "../../core/alert/alert.ts";
import { judgeLink, type LinkVerdict } from "../../core/alert/judge-link.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ToldAlert } from "../ports/alert-store.ts";
import type { Version } from "../ports/run-store.ts";
import type { Linked, Links } from "./linked-actions.ts";

/** A start that one alert asks for by one link. */
export interface WantedStart {
  /** Number of the alert in its message. */
  readonly alert: number;
  readonly version: Version;
  readonly link: number;
  readonly key: string | undefined;
  readonly parameters: JsonObject;
}
export interface JudgedAlert {
  readonly unmatched: number;
  readonly judged: ToldAlert["judged"];
  readonly starts: readonly WantedStart[];
}

/** Others get their turn after so long, ms: a thousand alerts meet a thousand links in seconds. */
const longestTurn = 10;

/** What each alert of a message means for every link. What cannot be judged stops none of the others. */
export async function judgeAlerts(links: Links, alerts: readonly Alert[]): Promise<readonly JudgedAlert[]> {
  const all: JudgedAlert[] = [];
  const turns = takeTurns();
  for (const [number, alert] of alerts.entries()) all.push(await judge(links, number, alert, turns));
  return all;
}

interface Turns {
  isOver(): boolean;
  pass(): Promise<void>;
}

function takeTurns(): Turns {
  let since = performance.now();
  return {
    isOver: () => performance.now() - since >= longestTurn,
    async pass() {
      await turn();
      since = performance.now();
    },
  };
}

/** One alert may meet thousands of links, and one link may take as long as an expression is let to. */
async function judge({ actions }: Links, alert: number, said: Alert, turns: Turns): Promise<JudgedAlert> {
  let unmatched = 0;
  const judged: ToldAlert["judged"][number][] = [];
  const starts: WantedStart[] = [];
  for (const linked of actions) {
    const { actionId, version } = linked;
    if (linked.action === undefined || version === undefined) {
      judged.push({ actionId, actionName: actionId, link: 0, kind: "failed", reason: unreadable });
      continue;
    }
    for (const [link, written] of linked.action.alerts.entries()) {
      if (turns.isOver()) await turns.pass();
      const verdict = verdictOf(linked, written, said);
      const of = { actionId, actionName: version.action.name, link };
      if (verdict.kind === "not") unmatched += 1;
      else if (verdict.kind === "failed") judged.push({ ...of, kind: "failed", reason: verdict.reason });
      else if (!version.action.enabled) judged.push({ ...of, kind: "disabled", reason: disabled });
      else
        starts.push({
          alert,
          version,
          link,
          key: keyFor(version, verdict.key, said),
          parameters: verdict.parameters,
        });
    }
  }
  return { unmatched, judged, starts };
}

const unreadable = "The action that is stored cannot be read: apply or upload it again.";
const disabled = "The action is disabled (enabled: false).";

function verdictOf({ action }: Linked, link: AlertLink, alert: Alert): LinkVerdict {
  try {
    return judgeLink(action!, link, alert);
  } catch {
    return {
      kind: "failed",
      reason: "The link that is stored cannot be read: apply or upload the action again.",
    };
  }
}

/** What deals with an alert does so once at a time; a real-time action takes every record, unless it says otherwise. */
const keyFor = ({ action }: Version, key: string | undefined, { fingerprint }: Alert): string | undefined =>
  key ?? (action.type === "realtime" ? undefined : fingerprint);
