import type { Kysely, Selectable } from "kysely";
import { normalizeProvider } from "../../../core/action/normalize-provider.ts";
import type { WrittenProvider } from "../../../core/action/written/written.generated.ts";
import type { LiveProvider, ProviderRef } from "../../../registry/ports.ts";
import type { Database } from "../../tables/database.ts";
import type { ProviderRow } from "../../tables/registry.ts";

/** The revision orders, the time tells one that was made anew. */
const etagOf = (revision: number, createdAt: number): string => `${revision}-${createdAt.toString(36)}`;

/** A row of `providers` as the rest of the product sees it. */
const liveProviderOf = (row: Selectable<ProviderRow>): LiveProvider => ({
  organization: row.organization,
  name: row.name,
  provider: normalizeProvider(JSON.parse(row.fields) as WrittenProvider),
  digest: row.digest,
  etag: etagOf(row.revision, row.created_at),
  managedBy: row.managed_by ?? undefined,
  createdBy: row.created_by,
  createdAt: row.created_at,
  updatedBy: row.updated_by,
  updatedAt: row.updated_at,
});

/** The provider of this name; undefined: none is declared. */
export async function findProvider(
  db: Kysely<Database>,
  { organization, name }: ProviderRef,
): Promise<LiveProvider | undefined> {
  const row = await db
    .selectFrom("providers")
    .selectAll()
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && liveProviderOf(row);
}

/** By name. */
export async function listProviders(
  db: Kysely<Database>,
  { organization }: { organization: string },
): Promise<readonly LiveProvider[]> {
  const rows = await db
    .selectFrom("providers")
    .selectAll()
    .where("organization", "=", organization)
    .orderBy("name")
    .execute();
  return rows.map(liveProviderOf);
}
