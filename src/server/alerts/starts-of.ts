import { mayStart } from "../../core/alert/may-start.ts";
import { startText } from "../../core/alert/start-text.ts";
import type { Version } from "../../runs/ports/run-store.ts";
import type { Parts } from "../parts.ts";

/** The current versions of the actions that are linked to alerts. */
export async function linkedVersions(
  store: Parts["store"],
  organization: string,
): Promise<readonly Version[]> {
  const { actions } = await store.alerts.linked(organization, new Map());
  return actions.flatMap(({ version }) =>
    version === undefined || version === "unreadable" ? [] : [version],
  );
}

/** What alerts of a name may start, as far as the name tells: one for each link. */
export const startsOf = (name: string, linked: readonly Version[]) =>
  linked.flatMap(({ actionId, action }) =>
    action.alerts
      .filter((link) => mayStart(link, name))
      .map((link) => ({
        id: actionId,
        name: action.name,
        enabled: action.enabled,
        start: startText(action, link),
      })),
  );
