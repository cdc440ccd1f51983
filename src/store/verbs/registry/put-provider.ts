import type { Kysely } from "kysely";
import { canonicalProvider, providerDigest } from "../../../core/action/canonical-provider.ts";
import { leadsBack } from "../../../core/action/leads-back.ts";
import type { Provider } from "../../../core/action/provider.ts";
import { canonicalJson } from "../../../core/json.ts";
import type { LiveProvider, ProviderOutcome, RegistryStore } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";
import { voidApprovals } from "../runs/void-approvals.ts";
import { findProvider, listProviders } from "./find-provider.ts";

type Ask = Parameters<RegistryStore["putProvider"]>[0];

/** Makes or changes a provider, if what is there is what was expected and its jump does not lead back to it. */
export async function putProvider(db: Kysely<Database>, ask: Ask): Promise<ProviderOutcome> {
  const { organization, name, provider, expect, actor, address, now: at } = ask;
  const before = await findProvider(db, { organization, name });
  const refused = unexpected(before, expect);
  if (refused !== undefined) return { outcome: refused };
  if (await isCircle(db, ask)) return { outcome: "circle" };
  const row = {
    kind: provider.kind,
    fields: canonicalJson(canonicalProvider(provider)),
    digest: providerDigest(provider),
    managed_by: ask.managedBy === undefined ? (before?.managedBy ?? null) : ask.managedBy,
    updated_by: actor,
    updated_at: at,
  };
  if (before === undefined)
    await db
      .insertInto("providers")
      .values({ ...row, organization, name, revision: 1, created_by: actor, created_at: at })
      .execute();
  else
    await db
      .updateTable("providers")
      .set((eb) => ({ ...row, revision: eb("revision", "+", 1) }))
      .where("organization", "=", organization)
      .where("name", "=", name)
      .execute();
  await voidApprovals(db, { organization, reason: `The provider "${name}" was changed`, now: at });
  const action = before === undefined ? "create" : "update";
  await recordAudit(db, { at, organization, actor, action, object: `providers:${name}`, address });
  return { outcome: "written", provider: (await findProvider(db, { organization, name }))! };
}

function unexpected(before: LiveProvider | undefined, expect: Ask["expect"]) {
  if (expect === "nothing") return before === undefined ? undefined : "exists";
  if (before === undefined) return "missing";
  return expect === "anything" || expect.etag === before.etag ? undefined : "stale";
}

/** Only what this write changes is looked at: a circle of others is not its doing. */
async function isCircle(db: Kysely<Database>, { organization, name, provider }: Ask): Promise<boolean> {
  if (jumpOf(provider) === undefined) return false;
  const others = await listProviders(db, { organization });
  const all = new Map(others.map((one) => [one.name, one.provider]));
  all.set(name, provider);
  return leadsBack(name, (at) => jumpOf(all.get(at)));
}

const jumpOf = (provider: Provider | undefined): string | undefined =>
  provider?.kind === "ssh" ? provider.jump : undefined;
