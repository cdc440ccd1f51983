import type { Kysely } from "kysely";
import type { KnownBySession, Person, Session } from "../../../access/ports/sessions.ts";
import type { Instant } from "../../../core/time.ts";
import type { Database } from "../../tables/database.ts";
import { identify } from "../access/identify.ts";
import { rootOrganization, toIdentityRow } from "../access/identity-row.ts";
import { organizationOf, proofOf, toSession } from "./session-row.ts";

/** A session that has not ended, of somebody who belongs to that organization and is still who they were. */
export async function find(
  db: Kysely<Database>,
  { organization, secretHash, now }: { organization: string; secretHash: string; now: Instant },
): Promise<KnownBySession | undefined> {
  const row = await db
    .selectFrom("sessions")
    .selectAll()
    .where("secret_hash", "=", secretHash)
    .where("expires_at", ">", now)
    .where("idle_until", ">", now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.organization !== rootOrganization && row.organization !== organization) return undefined;
  const known = await identify(db, { organization, email: row.email });
  if (known === undefined || proofOf(toIdentityRow(known.identity)) !== row.proof) return undefined;
  return { ...known, session: toSession(row) };
}

/** Those of a person that have not ended, the one used last first. */
export async function list(
  db: Kysely<Database>,
  { now, ...person }: Person & { now: Instant },
): Promise<readonly Session[]> {
  const rows = await db
    .selectFrom("sessions")
    .selectAll()
    .where("organization", "=", organizationOf(person))
    .where("email", "=", person.email)
    .where("expires_at", ">", now)
    .where("idle_until", ">", now)
    .orderBy("last_used_at", "desc")
    .orderBy("id", "desc")
    .execute();
  return rows.map(toSession);
}

/** Every organization that has people, service accounts or actions, sorted. */
export async function organizations(
  db: Kysely<Database>,
  _: Record<string, never>,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("identities")
    .select("organization")
    .union(db.selectFrom("actions").select("organization"))
    .execute();
  return rows
    .map((row) => row.organization)
    .filter((name) => name !== rootOrganization)
    .sort();
}
