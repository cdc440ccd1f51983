import type { Kysely } from "kysely";
import type { Person, Session } from "../../../access/ports/sessions.ts";
import type { AuditEntry, Written } from "../../../access/ports.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { rootOrganization } from "../access/identity-row.ts";
import { recordAudit } from "../access/record-audit.ts";
import { organizationOf, toSession } from "./session-row.ts";

/** Notes that a session was used, and that it goes on for a while. */
export async function touch(
  db: Kysely<Database>,
  { id, at, idleUntil }: { id: string; at: Instant; idleUntil: Instant },
): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ last_used_at: at, idle_until: idleUntil })
    .where("id", "=", id)
    .where("last_used_at", "<", at)
    .execute();
}

/** Ends the session with this secret, whoever has it. Root's is audited where everybody starts. */
export async function end(
  db: Kysely<Database>,
  { secretHash, audit }: { secretHash: string; audit: Omit<AuditEntry, "actor" | "organization" | "object"> },
): Promise<Session | undefined> {
  const row = await db
    .deleteFrom("sessions")
    .where("secret_hash", "=", secretHash)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const organization = row.organization === rootOrganization ? "default" : row.organization;
  await recordAudit(db, { ...audit, organization, actor: row.email, object: `session:${row.id}` });
  return toSession(row);
}

/** Ends one session of a person. */
export async function endOne(
  db: Kysely<Database>,
  { id, audit, ...person }: Person & { id: string; audit: AuditEntry },
): Promise<Written> {
  const { numDeletedRows } = await db
    .deleteFrom("sessions")
    .where("id", "=", id)
    .where("organization", "=", organizationOf(person))
    .where("email", "=", person.email)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return "missing";
  await recordAudit(db, audit);
  return "written";
}

/** Ends all sessions of a person; how many there were. */
export async function endAll(
  db: Kysely<Database>,
  { audit, ...person }: Person & { audit: AuditEntry },
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("sessions")
    .where("organization", "=", organizationOf(person))
    .where("email", "=", person.email)
    .executeTakeFirst();
  await recordAudit(db, audit);
  return Number(numDeletedRows);
}
