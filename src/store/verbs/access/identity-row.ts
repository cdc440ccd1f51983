import type { Identity } from "../../../access/ports.ts";
import type { Grant } from "../../../core/access/grant.ts";
import type { IdentityRow } from "../../tables/access.ts";

/** The organization under which root is kept: no organization has this name. */
export const rootOrganization = "";

export const readGrants = (text: string): readonly Grant[] => JSON.parse(text) as Grant[];

export const toIdentity = (row: IdentityRow): Identity => ({
  organization: row.organization === rootOrganization ? undefined : row.organization,
  email: row.email,
  kind: row.kind as Identity["kind"],
  admin: row.admin === 1,
  firstName: row.first_name,
  lastName: row.last_name,
  secretHash: row.secret_hash,
  hint: row.hint ?? undefined,
  permissions: readGrants(row.permissions),
  managedBy: row.managed_by ?? undefined,
  createdAt: row.created_at,
  revision: row.revision,
});

export const toIdentityRow = (identity: Identity): IdentityRow => ({
  organization: identity.organization ?? rootOrganization,
  email: identity.email,
  kind: identity.kind,
  admin: identity.admin ? 1 : 0,
  first_name: identity.firstName,
  last_name: identity.lastName,
  secret_hash: identity.secretHash,
  hint: identity.hint ?? null,
  permissions: JSON.stringify(identity.permissions),
  managed_by: identity.managedBy ?? null,
  created_at: identity.createdAt,
  revision: identity.revision,
});
