import type { Action } from "../../core/action/action.ts";
import type { AlertStore, LinkedAction } from "../ports/alert-store.ts";
import type { Version } from "../ports/run-store.ts";

/** What alerts of an organization are judged by. */
export interface Links {
  readonly revision: number;
  readonly actions: readonly Linked[];
}
export interface Linked {
  readonly actionId: string;
  readonly number: number;
  readonly version: Version | undefined;
  /** As if it were enabled: whether it would start is history, too. undefined: what is stored cannot be read. */
  readonly action: Action | undefined;
}

export interface LinkedActionsCache {
  /** As they were last read; the store tells when they have changed. */
  current(organization: string): Promise<Links>;
  /** Reads those that have changed since. */
  refresh(organization: string): Promise<Links>;
}

/** So many organizations are kept; of more, those that were asked for last. */
const mostOrganizations = 100;

/**
 * The linked actions of each organization, kept in memory: reading a thousand of them takes tens of milliseconds, and
 * a storm asks a thousand times a second. Whether they are current is asked in the transaction that counts.
 */
export function linkedActions(store: Pick<AlertStore, "linked">): LinkedActionsCache {
  const kept = new Map<string, Links>();
  const reading = new Map<string, Promise<Links>>();

  const keep = (organization: string, links: Links): Links => {
    kept.delete(organization);
    kept.set(organization, links);
    const oldest = kept.size > mostOrganizations ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return links;
  };
  const read = async (organization: string): Promise<Links> => {
    const known = new Map(kept.get(organization)?.actions.map((one) => [one.actionId, one]));
    const numbers = new Map([...known].map(([actionId, { number }]) => [actionId, number]));
    const { revision, actions } = await store.linked(organization, numbers);
    return keep(organization, {
      revision,
      actions: actions.map((one) => (one.version === undefined ? known.get(one.actionId)! : linkedOf(one))),
    });
  };
  const refresh = (organization: string): Promise<Links> => {
    const under = reading.get(organization);
    if (under !== undefined) return under;
    const begun = read(organization).finally(() => reading.delete(organization));
    reading.set(organization, begun);
    return begun;
  };
  return {
    refresh,
    current: async (organization) => {
      const known = kept.get(organization);
      return known === undefined ? refresh(organization) : keep(organization, known);
    },
  };
}

function linkedOf({ actionId, number, version }: LinkedAction): Linked {
  if (version === undefined || version === "unreadable")
    return { actionId, number, version: undefined, action: undefined };
  return { actionId, number, version, action: { ...version.action, enabled: true } };
}
