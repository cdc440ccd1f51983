import type { Kysely } from "kysely";
import type { AuditRow } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";

/** Rows of an organization, newest first. */
export function readAudit(
  db: Kysely<Database>,
  ask: { organization: string; before: number | undefined; limit: number },
): Promise<readonly AuditRow[]> {
  let query = db
    .selectFrom("audit")
    .select(["number", "at", "organization", "actor", "action", "object"])
    .where("organization", "=", ask.organization)
    .orderBy("number", "desc")
    .limit(ask.limit);
  if (ask.before !== undefined) query = query.where("number", "<", ask.before);
  return query.execute();
}
