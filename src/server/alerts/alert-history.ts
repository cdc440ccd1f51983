import { isKsuid } from "../../core/wire/ksuid.ts";
import type { AlertEntry, AlertOutcome } from "../../runs/ports/alert-store.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { linkedVersions, startsOf } from "./starts-of.ts";

/**
 * What came in under a name, what it matched and what ran; the name may be told by the id of an entry. What was declared
 * and never received has an empty history. @throws HttpError 404.
 */
export async function alertHistory(
  { store }: Pick<Parts, "store">,
  ask: {
    readonly organization: string;
    readonly nameOrId: string;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
) {
  const { organization, nameOrId, limit, cursor } = ask;
  const byId = isKsuid(nameOrId)
    ? await store.alerts.nameOfEntry({ organization, entry: nameOrId })
    : undefined;
  const name = byId ?? nameOrId;
  const [page, declared, linked] = await Promise.all([
    store.alerts.entries({ organization, name, limit, cursor }),
    store.registry.declaredAlerts({ organization }),
    linkedVersions(store, organization),
  ]);
  if (page.items.length === 0 && cursor === undefined && !declared.some((one) => one.name === name))
    throw new HttpError(404, `No alert "${name.slice(0, 256)}" was received or declared`);
  return {
    name,
    actions: startsOf(name, linked),
    items: page.items.map(entryJson),
    next: page.next ?? null,
  };
}

const entryJson = (entry: AlertEntry) => ({
  id: entry.id,
  receiver: entry.receiver,
  state: entry.state,
  fingerprint: entry.fingerprint,
  starts_at: entry.startsAt ?? null,
  ends_at: entry.endsAt ?? null,
  url: entry.url ?? null,
  labels: entry.labels,
  annotations: entry.annotations,
  count: entry.count,
  first_at: entry.firstAt,
  last_at: entry.lastAt,
  unmatched: entry.unmatched,
  outcomes: entry.outcomes.map(outcomeJson),
});

const outcomeJson = (outcome: AlertOutcome) => ({
  action_id: outcome.actionId,
  action: outcome.actionName,
  link: outcome.link,
  kind: outcome.kind,
  key: outcome.key ?? null,
  run: outcome.run ?? null,
  reason: outcome.reason ?? null,
  count: outcome.count,
  first_at: outcome.firstAt,
  last_at: outcome.lastAt,
});
