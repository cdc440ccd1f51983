import { type Kysely, sql } from "kysely";
import type { AuditPruned, AuditSeal } from "../../../access/ports/audit-chain.ts";
import type { AuditEntry } from "../../../access/ports.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";

/** How many entries one call takes off: no call holds the store for long. */
const mostAtOnce = 5_000;

/**
 * The seal that the audit may be pruned up to: those before it are of entries that are older than `before`. One call
 * goes so far only; whoever asks again gets the next.
 */
export async function prunable(
  db: Kysely<Database>,
  { before }: { before: Instant },
): Promise<AuditSeal | undefined> {
  const done = await db.selectFrom("audit_pruned").select(["seal", "last"]).executeTakeFirst();
  const found = await db
    .selectFrom("audit_seals")
    .innerJoin("audit", "audit.number", "audit_seals.last")
    .selectAll("audit_seals")
    .select("audit.at as lastAt")
    .where("audit_seals.number", ">", done?.seal ?? 0)
    .where("audit_seals.last", "<=", (done?.last ?? 0) + mostAtOnce)
    .orderBy("audit_seals.number", "asc")
    .execute();
  // A clock that was set back does not end the search for those before it.
  const young = found.findIndex(({ lastAt }) => lastAt >= before);
  const last = (young === -1 ? found : found.slice(0, young)).at(-1);
  if (last === undefined) return undefined;
  const { lastAt: _, ...seal } = last;
  return seal;
}

/** Takes the oldest entries off. The seal of the last of them stays: the chain goes on from it. */
export async function prune(
  db: Kysely<Database>,
  { audit, seal, last, key, mark }: AuditPruned & { audit: AuditEntry },
): Promise<void> {
  const row = { seal, last, key, mark };
  await db
    .insertInto("audit_pruned")
    .values({ one: 1, ...row })
    .onConflict((conflict) => conflict.column("one").doUpdateSet(row))
    .execute();
  await sql`delete from audit where number <= ${last}`.execute(db);
  await sql`delete from audit_seals where number < ${seal}`.execute(db);
  await recordAudit(db, audit);
}
