import type { Kysely } from "kysely";
import type { NewSession } from "../../../access/ports/sessions.ts";
import type { AuditEntry, Written } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import { recordAudit } from "../access/record-audit.ts";
import { organizationOf, proofOf, toSessionRow } from "./session-row.ts";

/** Signs somebody in. Of their sessions the ones used longest ago end when there are too many. */
export async function start(
  db: Kysely<Database>,
  { session, secretHash, most, audit }: NewSession & { audit: AuditEntry },
): Promise<Written> {
  const organization = organizationOf(session);
  const { email } = session;
  const identity = await db
    .selectFrom("identities")
    .select(["kind", "secret_hash", "created_at"])
    .where("organization", "=", organization)
    .where("email", "=", email)
    .executeTakeFirst();
  if (identity === undefined) return "missing";
  await db
    .deleteFrom("sessions")
    .where((or) =>
      or.or([or("expires_at", "<=", session.createdAt), or("idle_until", "<=", session.createdAt)]),
    )
    .execute();
  const surplus = db
    .selectFrom("sessions")
    .select("secret_hash")
    .where("organization", "=", organization)
    .where("email", "=", email)
    .orderBy("last_used_at", "desc")
    .orderBy("id", "desc")
    .limit(-1)
    .offset(most - 1);
  await db.deleteFrom("sessions").where("secret_hash", "in", surplus).execute();
  await db
    .insertInto("sessions")
    .values(toSessionRow(session, secretHash, proofOf(identity)))
    .execute();
  await recordAudit(db, audit);
  return "written";
}
