import { type Kysely, sql } from "kysely";
import type { AuditExtent } from "../../../access/ports/audit-chain.ts";
import type { Database } from "../../tables/database.ts";
import { newestSeal } from "./seals.ts";

/** Where the audit begins and ends, and how far its numbers have ever come. */
export async function extent(db: Kysely<Database>, _: Record<string, never>): Promise<AuditExtent> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select (select min(number) from audit) as first, (select max(number) from audit) as last`.execute(db);
  const [found] = rows;
  const ever = await sql<{ name: string; seq: number }>`
    select name, seq from sqlite_sequence where name in ('audit', 'audit_seals')`.execute(db);
  const everOf = (table: string) => ever.rows.find(({ name }) => name === table)?.seq ?? 0;
  const pruned = await db
    .selectFrom("audit_pruned")
    .select(["seal", "last", "key", "mark"])
    .executeTakeFirst();
  return {
    pruned,
    first: found?.first ?? undefined,
    last: found?.last ?? 0,
    lastEver: everOf("audit"),
    lastSeal: await newestSeal(db),
    lastSealEver: everOf("audit_seals"),
  };
}
