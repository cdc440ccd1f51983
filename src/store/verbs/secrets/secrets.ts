import type { Kysely } from "kysely";
import type { AuditEntry, SealedSecret, StoredSecret, Written } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import type { SecretRow } from "../../tables/secrets.ts";
import { recordAudit } from "../access/record-audit.ts";
import { erasing } from "./erasing.ts";

/** The secrets of an organization by name, without their values. */
export async function list(
  db: Kysely<Database>,
  { organization }: { organization: string },
): Promise<readonly StoredSecret[]> {
  const rows = await db
    .selectFrom("secrets")
    .select(["name", "created_at", "created_by", "updated_at", "updated_by"])
    .where("organization", "=", organization)
    .orderBy("name")
    .execute();
  return rows.map(toStored);
}

/** The sealed values of those of these names that are kept. */
export async function read(
  db: Kysely<Database>,
  { organization, names }: { organization: string; names: readonly string[] },
): Promise<readonly SealedSecret[]> {
  if (names.length === 0) return [];
  return db
    .selectFrom("secrets")
    .select(["organization", "name", "sealed"])
    .where("organization", "=", organization)
    .where("name", "in", names)
    .execute();
}

/** Keeps a sealed value in place of the one before. */
export async function put(
  db: Kysely<Database>,
  { secret, audit }: { secret: SealedSecret; audit: Omit<AuditEntry, "action"> },
): Promise<StoredSecret> {
  const { organization, name, sealed } = secret;
  const before = await db
    .selectFrom("secrets")
    .select(["created_at", "created_by"])
    .where("organization", "=", organization)
    .where("name", "=", name)
    .executeTakeFirst();
  const row: SecretRow = {
    organization,
    name,
    sealed,
    created_at: before?.created_at ?? audit.at,
    created_by: before?.created_by ?? audit.actor,
    updated_at: audit.at,
    updated_by: audit.actor,
  };
  await erasing(db, () =>
    db
      .insertInto("secrets")
      .values(row)
      .onConflict((conflict) => conflict.columns(["organization", "name"]).doUpdateSet(row))
      .execute(),
  );
  await recordAudit(db, { ...audit, action: before === undefined ? "create" : "update" });
  return toStored(row);
}

/** Forgets a value. */
export async function remove(
  db: Kysely<Database>,
  { organization, name, audit }: { organization: string; name: string; audit: AuditEntry },
): Promise<Written> {
  const { numDeletedRows } = await erasing(db, () =>
    db
      .deleteFrom("secrets")
      .where("organization", "=", organization)
      .where("name", "=", name)
      .executeTakeFirstOrThrow(),
  );
  if (numDeletedRows === 0n) return "missing";
  await recordAudit(db, audit);
  return "written";
}

const toStored = (row: Omit<SecretRow, "organization" | "sealed">): StoredSecret => ({
  name: row.name,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
});
