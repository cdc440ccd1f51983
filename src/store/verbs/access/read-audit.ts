import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from "kysely";
import type { AuditOutcome, AuditQuery, AuditRow } from "../../../access/ports.ts";
import type { AuditTableRow } from "../../tables/access.ts";
import type { Database } from "../../tables/database.ts";

/** Entries of an organization, newest first. */
export async function readAudit(db: Kysely<Database>, ask: AuditQuery): Promise<readonly AuditRow[]> {
  const { since = Number.NEGATIVE_INFINITY } = ask;
  return (await auditQuery(db, ask).execute()).filter(({ at }) => at >= since).map(auditRowOf);
}

type Rows = SelectQueryBuilder<Database, "audit", Selectable<AuditTableRow>>;

/**
 * Reads a range of one index from its new end, whatever is asked. The rarest of what is asked for chooses the index;
 * the rest only sifts and is hidden from the planner, which has no statistics and might take the longer index for it.
 */
export function auditQuery(db: Kysely<Database>, ask: AuditQuery): Rows {
  const sifts = { object: ask.object, actor: ask.actor, outcome: ask.outcome, action: ask.action };
  const chosen = (["object", "actor", "outcome", "action"] as const).find(
    // Almost everything is done: no index has those.
    (column) => sifts[column] !== undefined && sifts[column] !== "done",
  );
  let rows: Rows = db
    .selectFrom("audit")
    .selectAll()
    .where("organization", "=", ask.organization)
    .orderBy("at", "desc")
    .orderBy("number", "desc")
    .limit(ask.limit);
  if (chosen === "outcome") rows = rows.where(sql<boolean>`outcome <> 'done'`);
  for (const [column, value] of Object.entries(sifts) as [keyof typeof sifts, string | undefined][])
    if (value !== undefined)
      rows =
        column === chosen
          ? rows.where(column, "=", value)
          : rows.where(sql`coalesce(${sql.ref(column)}, '')`, "=", value);
  const { since, until, before } = ask;
  if (until !== undefined) rows = rows.where("at", "<", until);
  if (before !== undefined)
    rows = rows
      .where("at", "<=", before.at)
      .where(sql<boolean>`(at < ${before.at} or number < ${before.number})`);
  // With both ends the planner takes the index on time alone; what is older than `since` is cut off afterwards.
  const isBounded = until !== undefined || before !== undefined;
  return since === undefined || isBounded ? rows : rows.where("at", ">=", since);
}

/** A row as the rest of the product sees it. */
export const auditRowOf = (row: Selectable<AuditTableRow>): AuditRow => ({
  number: row.number,
  at: row.at,
  organization: row.organization,
  actor: row.actor,
  action: row.action,
  object: row.object,
  address: row.address ?? undefined,
  outcome: row.outcome as AuditOutcome,
  detail: row.detail ?? undefined,
  count: row.count,
});
