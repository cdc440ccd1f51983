import type { Kysely } from "kysely";
import type { AuditEntry } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";

/** Appends one row to the audit. */
export async function recordAudit(db: Kysely<Database>, entry: AuditEntry): Promise<void> {
  const { at, organization, actor, action, object } = entry;
  await db.insertInto("audit").values({ at, organization, actor, action, object }).execute();
}
