import type { Kysely } from "kysely";
import type {
  AuditEntry,
  IdentityRef,
  Membership,
  Role,
  RoleChange,
  RoleRef,
  RolesChange,
  Written,
} from "../../../access/ports.ts";
import { builtInGrants, isBuiltInRole } from "../../../core/access/built-in-roles.ts";
import { type Grant, sortGrants } from "../../../core/access/grant.ts";
import type { Database } from "../../tables/database.ts";
import { readGrants } from "./identity-row.ts";
import { recordAudit } from "./record-audit.ts";

/** Own ones, sorted by name. */
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

/** Own or built-in. */
export async function findRole(db: Kysely<Database>, role: RoleRef): Promise<Role | undefined> {
  const { organization, name } = role;
  const permissions = await permissionsOf(db, role);
  if (permissions === undefined) return undefined;
  const users = await db
    .selectFrom("role_users")
    .select("email")
    .where("organization", "=", organization)
    .where("role", "=", name)
    .orderBy("email")
    .execute();
  return { name, permissions, users: users.map((user) => user.email) };
}

/** What a role gives now; nothing where there is none of this name. */
export const grantsOfRole = async (db: Kysely<Database>, role: RoleRef): Promise<readonly Grant[]> =>
  (await permissionsOf(db, role)) ?? [];

async function permissionsOf(
  db: Kysely<Database>,
  { organization, name }: RoleRef,
): Promise<readonly Grant[] | undefined> {
  const builtIn = builtInGrants(name, organization);
  if (builtIn !== undefined) return builtIn;
  const row = await db
    .selectFrom("roles")
    .select("permissions")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && readGrants(row.permissions);
}

export function listMemberships(
  db: Kysely<Database>,
  { organization }: { organization: string },
): Promise<readonly Membership[]> {
  return db
    .selectFrom("role_users")
    .select(["role", "email"])
    .where("organization", "=", organization)
    .orderBy("role")
    .orderBy("email")
    .execute();
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
  if (!isBuiltInRole(name)) {
    const removed = new Set(change.remove.map(grantKey));
    const kept = role.permissions.filter((grant) => !removed.has(grantKey(grant)));
    await db
      .updateTable("roles")
      .set({ permissions: JSON.stringify(sortGrants([...kept, ...change.add])) })
      .where("organization", "=", organization)
      .where("name", "=", name)
      .execute();
  }
  for (const email of change.removeUsers) await leave(db, { organization, name, email });
  for (const email of change.addUsers) await join(db, { organization, name, email });
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
  await db
    .deleteFrom("role_users")
    .where("organization", "=", organization)
    .where("role", "=", name)
    .execute();
  await recordAudit(db, audit);
  return "written";
}

/** Gives somebody roles and takes others from them. */
export async function changeRoles(
  db: Kysely<Database>,
  { organization, email, change }: IdentityRef & { change: RolesChange },
): Promise<void> {
  for (const name of change.remove) await leave(db, { organization, name, email });
  for (const name of change.add) await join(db, { organization, name, email });
}

interface Place extends RoleRef {
  readonly email: string;
}

async function join(db: Kysely<Database>, { organization, name, email }: Place): Promise<void> {
  await db
    .insertInto("role_users")
    .values({ organization, role: name, email })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function leave(db: Kysely<Database>, { organization, name, email }: Place): Promise<void> {
  await db
    .deleteFrom("role_users")
    .where("organization", "=", organization)
    .where("email", "=", email)
    .where("role", "=", name)
    .execute();
}

const grantKey = (grant: Grant): string => `${grant.object}\n${grant.permission}`;
