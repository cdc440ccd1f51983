import type { Kysely } from "kysely";
import type { AuditKey, AuditSeal } from "../../../access/ports/audit-chain.ts";
import type { AuditRow } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import { auditRowOf } from "../access/read-audit.ts";

/** Entries of every organization, by number. */
export async function rows(
  db: Kysely<Database>,
  { after, through, limit }: { after: number; through?: number | undefined; limit: number },
): Promise<readonly AuditRow[]> {
  let query = db.selectFrom("audit").selectAll().where("number", ">", after).orderBy("number").limit(limit);
  if (through !== undefined) query = query.where("number", "<=", through);
  return (await query.execute()).map(auditRowOf);
}

export const seals = (
  db: Kysely<Database>,
  { after, limit }: { after: number; limit: number },
): Promise<readonly AuditSeal[]> =>
  db
    .selectFrom("audit_seals")
    .selectAll()
    .where("number", ">", after)
    .orderBy("number")
    .limit(limit)
    .execute();

export const newestSeal = (db: Kysely<Database>): Promise<AuditSeal | undefined> =>
  db.selectFrom("audit_seals").selectAll().orderBy("number", "desc").limit(1).executeTakeFirst();

/** Adds the next seal, if it still is the next. */
export async function addSeal(db: Kysely<Database>, seal: AuditSeal): Promise<"added" | "moved"> {
  const { number, first, last, at, key, hash, marks } = seal;
  const before = await newestSeal(db);
  if (before !== undefined && (before.number >= number || before.last >= first)) return "moved";
  await db.insertInto("audit_seals").values({ number, first, last, at, key, hash, marks }).execute();
  return "added";
}

/** Keys that the audit is or was sealed with, by number. */
export async function keys(db: Kysely<Database>, _: Record<string, never>): Promise<readonly AuditKey[]> {
  const found = await db.selectFrom("audit_keys").selectAll().orderBy("number").execute();
  return found.map(({ number, sealed, made_with, at }) => ({ number, sealed, madeWith: made_with, at }));
}

export async function addKey(
  db: Kysely<Database>,
  { number, sealed, madeWith, at }: AuditKey,
): Promise<void> {
  await db.insertInto("audit_keys").values({ number, sealed, made_with: madeWith, at }).execute();
}
