import type { Kysely } from "kysely";
import type { IdentityRef, Known, KnownByToken } from "../../../access/ports.ts";
import type { Instant } from "../../../core/time.ts";
import type { ApiTokenRow } from "../../tables/access.ts";
import type { Database } from "../../tables/database.ts";
import { readGrants, rootOrganization, toIdentity } from "./identity-row.ts";
import { toApiToken } from "./tokens.ts";

/** Root, or the identity of that organization, and all that it may do. */
export async function identify(
  db: Kysely<Database>,
  { organization, email }: IdentityRef,
): Promise<Known | undefined> {
  // Root sorts first: nobody of an organization can stand in for it.
  const row = await db
    .selectFrom("identities")
    .selectAll()
    .where("organization", "in", [rootOrganization, organization])
    .where("email", "=", email)
    .orderBy("organization")
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const identity = toIdentity(row);
  const roles = await db
    .selectFrom("role_users")
    .innerJoin("roles", (join) =>
      join
        .onRef("roles.organization", "=", "role_users.organization")
        .onRef("roles.name", "=", "role_users.role"),
    )
    .select("roles.permissions")
    .where("role_users.organization", "=", organization)
    .where("role_users.email", "=", email)
    .execute();
  const grants = [...identity.permissions, ...roles.flatMap((role) => readGrants(role.permissions))];
  return { identity, grants };
}

/** A token of that organization that has not expired, and the identity that it acts as. */
export async function identifyToken(
  db: Kysely<Database>,
  { organization, id, now }: { organization: string; id: string; now: Instant },
): Promise<KnownByToken | undefined> {
  const row: ApiTokenRow | undefined = await db
    .selectFrom("api_tokens")
    .selectAll()
    .where("id", "=", id)
    .where("organization", "=", organization)
    .executeTakeFirst();
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined;
  const known = await identify(db, { organization, email: row.email });
  return known === undefined ? undefined : { ...known, token: toApiToken(row), tokenHash: row.hash };
}
