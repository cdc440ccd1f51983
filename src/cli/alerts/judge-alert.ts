import type { Action, AlertLink } from "../../core/action/action.ts";
import type { Alert } from "../../core/alert/alert.ts";
import { judgeLink } from "../../core/alert/judge-link.ts";
import { spanText, startText } from "../../core/alert/start-text.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { checkParameters, RunRefused } from "../../runs/index.ts";

/** What an alert would do at one link. */
export interface JudgedLink {
  readonly action: string;
  /** From 0, in the order of the manifest. */
  readonly link: number;
  readonly verdict: "starts" | "not" | "failed";
  /** A sentence; undefined where it starts. */
  readonly why: string | undefined;
  /** "at once", "after 5m and approval". */
  readonly start: string;
  readonly key: string | undefined;
  readonly cooldown: string | undefined;
  /** With defaults; undefined where it does not start. */
  readonly parameters: JsonObject | undefined;
}

/** What an alert would do at every link of these actions, as the server judges it. */
export async function judgeAlert(actions: readonly Action[], alert: Alert): Promise<readonly JudgedLink[]> {
  const links = actions.flatMap((action) => action.alerts.map((link, at) => ({ action, link, at })));
  return Promise.all(links.map(({ action, link, at }) => judgeOne(action, link, at, alert)));
}

async function judgeOne(action: Action, link: AlertLink, number: number, alert: Alert): Promise<JudgedLink> {
  const verdict = judgeLink(action, link, alert);
  const about = {
    action: action.name,
    link: number,
    start: startText(action, link),
    cooldown: link.cooldown === undefined ? undefined : spanText(link.cooldown),
  };
  const not = (kind: "not" | "failed", why: string): JudgedLink => ({
    ...about,
    verdict: kind,
    why,
    key: undefined,
    parameters: undefined,
  });
  if (verdict.kind !== "starts") return not(verdict.kind, verdict.reason);
  try {
    const values = await checkParameters(action.parameters, verdict.parameters);
    const parameters = shown(action, values);
    return { ...about, verdict: "starts", why: undefined, key: verdict.key, parameters };
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    return not("failed", error.message);
  }
}

/** Without the values of those that are secret. */
const shown = ({ parameters }: Action, values: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, Json] => [
      name,
      parameters[name]?.secret === true ? "***" : value,
    ]),
  );
