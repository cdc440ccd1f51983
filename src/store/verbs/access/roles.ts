import type { Kysely } from "kysely";
import type { AuditEntry, IdentityRef, Role, RoleChange, RoleRef, Written } from "../../../access/ports.ts";
import { type Grant, sortGrants } from "../../../core/access/grant.ts";
import type { Database } from "../../tables/database.ts";
import { readGrants } from "./identity-row.ts";
import { recordAudit } from "./record-audit.ts";

/** Sorted by name. */
export async function listRoles(
  db: Kysely<Database>,
  { organization }: { organization: string },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("roles")
    .select("name")
    .where("organization", "=", organization)
    .orderBy("name")
    .execute();
  return rows.map((row) => row.name);
}

export async function findRole(
  db: Kysely<Database>,
  { organization, name }: RoleRef,
): Promise<Role | undefined> {
  const row = await db
    .selectFrom("roles")
    .select("permissions")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const users = await db
    .selectFrom("role_users")
    .select("email")
    .where("organization", "=", organization)
    .where("role", "=", name)
    .orderBy("email")
    .execute();
  return { name, permissions: readGrants(row.permissions), users: users.map((user) => user.email) };
}

/** Names, sorted. */
export async function rolesOf(
  db: Kysely<Database>,
  { organization, email }: IdentityRef,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("role_users")
    .select("role")
    .where("organization", "=", organization)
    .where("email", "=", email)
    .orderBy("role")
    .execute();
  return rows.map((row) => row.role);
}

export async function createRole(
  db: Kysely<Database>,
  { organization, name, audit }: RoleRef & { audit: AuditEntry },
): Promise<"created" | "exists"> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("roles")
    .values({ organization, name, permissions: "[]" })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return "exists";
  await recordAudit(db, audit);
  return "created";
}

export async function updateRole(
  db: Kysely<Database>,
  { organization, name, change, audit }: RoleRef & { change: RoleChange; audit: AuditEntry },
): Promise<Written> {
  const role = await findRole(db, { organization, name });
  if (role === undefined) return "missing";
  const removed = new Set(change.remove.map(grantKey));
  const kept = role.permissions.filter((grant) => !removed.has(grantKey(grant)));
  await db
    .updateTable("roles")
    .set({ permissions: JSON.stringify(sortGrants([...kept, ...change.add])) })
    .where("organization", "=", organization)
    .where("name", "=", name)
    .execute();
  for (const email of change.removeUsers)
    await db
      .deleteFrom("role_users")
      .where("organization", "=", organization)
      .where("email", "=", email)
      .where("role", "=", name)
      .execute();
  for (const email of change.addUsers)
    await db
      .insertInto("role_users")
      .values({ organization, role: name, email })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  await recordAudit(db, audit);
  return "written";
}

export async function deleteRole(
  db: Kysely<Database>,
  { organization, name, audit }: RoleRef & { audit: AuditEntry },
): Promise<Written> {
  const { numDeletedRows } = await db
    .deleteFrom("roles")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return "missing";
  await recordAudit(db, audit);
  return "written";
}

const grantKey = (grant: Grant): string => `${grant.object}\n${grant.permission}`;
