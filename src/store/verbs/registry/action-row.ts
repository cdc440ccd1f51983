import type { Selectable } from "kysely";
import type { LiveAction, NewVersion } from "../../../registry/ports.ts";
import type { ActionRow } from "../../tables/registry.ts";

/** The number orders, the digest tells a restored backup's version 7 from the one that was lost. */
const etagOf = (version: number, digest: string): string => `${version}-${digest.slice(0, 16)}`;

/** A row of `actions` as the rest of the product sees it. */
export const liveActionOf = (row: Selectable<ActionRow>): LiveAction => ({
  organization: row.organization,
  id: row.id,
  name: row.name,
  type: row.type as LiveAction["type"],
  timing: (row.timing ?? undefined) as LiveAction["timing"],
  enabled: row.enabled === 1,
  protect: row.protect === 1,
  description: row.description,
  category: row.category ?? undefined,
  tags: JSON.parse(row.tags) as string[],
  owner: row.owner ?? undefined,
  version: row.version,
  digest: row.digest,
  code: row.code,
  zipFileName: row.zip_file_name,
  etag: etagOf(row.version, row.digest),
  managedBy: row.managed_by ?? undefined,
  createdBy: row.created_by,
  createdAt: row.created_at,
  updatedBy: row.updated_by,
  updatedAt: row.updated_at,
});

/** What the row of an action repeats of its current version. */
export const currentColumns = (version: NewVersion, number: number) => ({
  name: version.action.name,
  version: number,
  type: version.action.type,
  timing: version.action.schedule?.timing.kind ?? null,
  enabled: version.action.enabled ? 1 : 0,
  protect: version.action.protect ? 1 : 0,
  description: version.action.description,
  category: version.action.category ?? null,
  tags: JSON.stringify(version.action.tags),
  owner: version.action.owner ?? null,
  digest: version.digest,
  code: version.code,
  zip_file_name: version.zipFileName,
  managed_by: version.managedBy ?? null,
  updated_by: version.createdBy,
  updated_at: version.createdAt,
});
