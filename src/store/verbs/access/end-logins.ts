import type { Kysely } from "kysely";
import type { AuditEntry, Identity, IdentityRef, Written } from "../../../access/ports.ts";
import type { Database } from "../../tables/database.ts";
import { rootOrganization } from "./identity-row.ts";
import { recordAudit } from "./record-audit.ts";

/** Ends whatever was logged in as this person. */
export async function endLogins(
  db: Kysely<Database>,
  { organization, email, audit }: IdentityRef & { audit: AuditEntry },
): Promise<Written> {
  const found = await db
    .selectFrom("identities")
    .select("organization")
    .where("organization", "in", [rootOrganization, organization])
    .where("email", "=", email)
    .orderBy("organization")
    .executeTakeFirst();
  if (found === undefined) return "missing";
  await removeLogins(db, { organization: found.organization || undefined, email });
  await recordAudit(db, audit);
  return "written";
}

/**
 * Within the transaction of what ends them: sessions, and API tokens that act as this person. Those that they made for others stay:
 * a pipeline does not stop because somebody logs out. Root's end in every organization.
 */
export async function removeLogins(
  db: Kysely<Database>,
  { organization, email }: Pick<Identity, "organization" | "email">,
): Promise<void> {
  const tokens = db.deleteFrom("api_tokens").where("email", "=", email);
  await (organization === undefined ? tokens : tokens.where("organization", "=", organization)).execute();
  await db
    .deleteFrom("sessions")
    .where("organization", "=", organization ?? rootOrganization)
    .where("email", "=", email)
    .execute();
}
