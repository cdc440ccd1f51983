import type { Kysely } from "kysely";
import type { AuditEntry } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";

/** What a row keeps of a sentence, characters: reasons of runs may be long. */
const longestDetail = 500;

/** Appends one row to the audit: called by a verb, in the transaction of what it records. */
export async function recordAudit(db: Kysely<Database>, entry: AuditEntry): Promise<void> {
  const { at, organization, actor, action, object, address, outcome = "done", detail, count = 1 } = entry;
  await db
    .insertInto("audit")
    .values({
      at,
      organization,
      actor,
      action,
      object,
      address: address ?? null,
      outcome,
      detail: detail?.slice(0, longestDetail) ?? null,
      count,
    })
    .execute();
}
