import type { DeclaredAlert } from "../../core/alert/declared-alert.ts";
import type { AlertName } from "../../runs/ports/alert-store.ts";
import type { Version } from "../../runs/ports/run-store.ts";
import type { Parts } from "../parts.ts";
import { linkedVersions, startsOf } from "./starts-of.ts";

/** How many counts of what was beyond a limit are told, the newest. */
const mostOverflow = 20;
/** How many that were declared and never received are told. */
const mostUnheard = 1000;

/** A page of the alerts that were received, the one heard last first; with the first also those that were only declared. */
export async function listAlerts(
  { store }: Pick<Parts, "store">,
  ask: { readonly organization: string; readonly limit: number; readonly cursor: string | undefined },
) {
  const { organization } = ask;
  const [page, declared, linked, overflow] = await Promise.all([
    store.alerts.names(ask),
    store.registry.declaredAlerts({ organization }),
    linkedVersions(store, organization),
    store.alerts.overflow({ organization, limit: mostOverflow }),
  ]);
  const names = new Set(declared.map(({ name }) => name));
  const unheard = ask.cursor === undefined ? await neverReceived(store, organization, declared) : [];
  return {
    items: [
      ...page.items.map((one) => receivedJson(one, names.has(one.name), linked)),
      ...unheard.map((one) => declaredJson(one, linked)),
    ],
    next: page.next ?? null,
    overflow: overflow.map(({ of, name, count, firstAt, lastAt }) => ({
      of,
      name,
      count,
      first_at: firstAt,
      last_at: lastAt,
    })),
  };
}

async function neverReceived(
  store: Parts["store"],
  organization: string,
  declared: readonly DeclaredAlert[],
): Promise<readonly DeclaredAlert[]> {
  const names = declared.map(({ name }) => name);
  const heard = new Set(await store.alerts.heard({ organization, names }));
  return declared.filter(({ name }) => !heard.has(name)).slice(0, mostUnheard);
}

const receivedJson = (
  { name, receiver, state, received, started, suppressed, firstAt, lastAt }: AlertName,
  declared: boolean,
  linked: readonly Version[],
) => ({
  name,
  state,
  receiver,
  declared,
  received,
  started,
  suppressed,
  first_at: firstAt,
  last_at: lastAt,
  actions: startsOf(name, linked),
});

const declaredJson = ({ name, receiver }: DeclaredAlert, linked: readonly Version[]) => ({
  name,
  state: null,
  receiver,
  declared: true,
  received: 0,
  started: 0,
  suppressed: 0,
  first_at: null,
  last_at: null,
  actions: startsOf(name, linked),
});
