import type { Kysely } from "kysely";
import type {
  AuditEntry,
  Identity,
  IdentityChange,
  IdentityKind,
  IdentityRef,
  Written,
} from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import { rootOrganization, toIdentity, toIdentityRow } from "./identity-row.ts";
import { recordAudit } from "./record-audit.ts";

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
  { identity, audit }: { identity: Identity; audit: AuditEntry },
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
  await recordAudit(db, audit);
  return "created";
}

export async function updateIdentity(
  db: Kysely<Database>,
  write: IdentityRef & { revision: number | undefined; change: IdentityChange; audit: AuditEntry },
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
    .where("organization", "=", write.organization)
    .where("email", "=", write.email)
    .execute();
  await recordAudit(db, write.audit);
  return "written";
}

/** Ends its tokens and its places in roles as well, so that a namesake made later inherits nothing. */
export async function deleteIdentity(
  db: Kysely<Database>,
  write: IdentityRef & { revision: number | undefined; audit: AuditEntry },
): Promise<Written> {
  const found = await find(db, write);
  if (found === undefined) return "missing";
  if (write.revision !== undefined && write.revision !== found.revision) return "stale";
  for (const table of ["api_tokens", "role_users", "identities"] as const)
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
    .where("organization", "=", organization)
    .where("email", "=", email)
    .executeTakeFirst();
  return row === undefined ? undefined : toIdentity(row);
}
