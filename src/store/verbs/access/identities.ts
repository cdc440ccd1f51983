import type { Kysely } from "kysely";
import type {
  AuditEntry,
  Identity,
  IdentityChange,
  IdentityKind,
  IdentityRef,
  RolesChange,
  Written,
} from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import { removeLogins } from "./end-logins.ts";
import { rootOrganization, toIdentity, toIdentityRow } from "./identity-row.ts";
import { recordAudit } from "./record-audit.ts";
import { changeRoles } from "./roles.ts";

/** Sorted by e-mail. */
export async function listIdentities(
  db: Kysely<Database>,
  { organization, kind }: { organization: string; kind: IdentityKind },
): Promise<readonly Identity[]> {
  const rows = await db
    .selectFrom("identities")
    .selectAll()
    .where("organization", "=", organization)
    .where("kind", "=", kind)
    .orderBy("email")
    .execute();
  return rows.map(toIdentity);
}

export async function createIdentity(
  db: Kysely<Database>,
  {
    identity,
    roles,
    audit,
  }: { identity: Identity; roles?: readonly string[] | undefined; audit: AuditEntry },
): Promise<"created" | "exists"> {
  const row = toIdentityRow(identity);
  const existing = await db
    .selectFrom("identities")
    .select("email")
    .where("organization", "in", [rootOrganization, row.organization])
    .where("email", "=", row.email)
    .executeTakeFirst();
  if (existing !== undefined) return "exists";
  await db.insertInto("identities").values(row).execute();
  const { organization, email } = row;
  await changeRoles(db, { organization, email, change: { add: roles ?? [], remove: [] } });
  await recordAudit(db, audit);
  return "created";
}

/** Of root as well, whatever the organization. Another secret ends what was logged in with the one before. */
export async function updateIdentity(
  db: Kysely<Database>,
  write: IdentityRef & {
    revision: number | undefined;
    change: IdentityChange;
    roles?: RolesChange | undefined;
    audit: AuditEntry;
  },
): Promise<Written> {
  const found = await find(db, write);
  if (found === undefined) return "missing";
  if (write.revision !== undefined && write.revision !== found.revision) return "stale";
  const { managedBy, ...fields } = write.change;
  const row = toIdentityRow({
    ...found,
    ...fields,
    managedBy: managedBy === undefined ? found.managedBy : (managedBy ?? undefined),
    revision: found.revision + 1,
  });
  await db
    .updateTable("identities")
    .set(row)
    .where("organization", "=", row.organization)
    .where("email", "=", write.email)
    .execute();
  const { organization, email, roles } = write;
  if (roles !== undefined) await changeRoles(db, { organization, email, change: roles });
  // The token of a service account is a secret beside its API tokens; a person's tokens stand for the password.
  const isPerson = found.kind !== "service-account";
  if (isPerson && fields.secretHash !== undefined && fields.secretHash !== found.secretHash)
    await removeLogins(db, found);
  await recordAudit(db, write.audit);
  return "written";
}

/** Ends its tokens, sessions, places in roles and favourites as well, so that a namesake made later inherits nothing. */
export async function deleteIdentity(
  db: Kysely<Database>,
  write: IdentityRef & { revision: number | undefined; audit: AuditEntry },
): Promise<Written> {
  const found = await find(db, write);
  if (found?.organization === undefined) return "missing";
  if (write.revision !== undefined && write.revision !== found.revision) return "stale";
  await removeLogins(db, found);
  for (const table of ["oidc_people", "role_users", "stars", "identities"] as const)
    await db
      .deleteFrom(table)
      .where("organization", "=", write.organization)
      .where("email", "=", write.email)
      .execute();
  await recordAudit(db, write.audit);
  return "written";
}

async function find(
  db: Kysely<Database>,
  { organization, email }: IdentityRef,
): Promise<Identity | undefined> {
  const row = await db
    .selectFrom("identities")
    .selectAll()
    .where("organization", "in", [rootOrganization, organization])
    .where("email", "=", email)
    .orderBy("organization")
    .executeTakeFirst();
  return row === undefined ? undefined : toIdentity(row);
}
