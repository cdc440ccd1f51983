import type { Kysely } from "kysely";
import type { RegistryStore } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";
import { voidApprovals } from "../runs/void-approvals.ts";
import { findProvider } from "./find-provider.ts";

/** Takes a provider off. Actions that name it stay. */
export async function removeProvider(
  db: Kysely<Database>,
  { organization, name, expectEtag, actor, address, now: at }: Parameters<RegistryStore["removeProvider"]>[0],
): ReturnType<RegistryStore["removeProvider"]> {
  const before = await findProvider(db, { organization, name });
  if (before === undefined) return "missing";
  if (expectEtag !== undefined && expectEtag !== before.etag) return "stale";
  await db
    .deleteFrom("providers")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .execute();
  await voidApprovals(db, { organization, reason: `The provider "${name}" was taken off`, now: at });
  await recordAudit(db, { at, organization, actor, action: "delete", object: `providers:${name}`, address });
  return "removed";
}
