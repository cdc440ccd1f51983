import type { Kysely } from "kysely";
import type { ApiToken, IdentityRef, Known, KnownByToken } from "../../../access/ports.ts";
import { adminRole } from "../../../core/access/built-in-roles.ts";
import type { Grant } from "../../../core/access/grant.ts";
import type { Instant } from "../../../core/time.ts";
import type { ApiTokenRow } from "../../tables/access.ts";
import type { Database } from "../../tables/database.ts";
import { rootOrganization, toIdentity } from "./identity-row.ts";
import { grantsOfRole, rolesOf } from "./roles.ts";
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
  const roles = await rolesOf(db, { organization, email });
  const given = await Promise.all(roles.map((role) => grantsOfRole(db, { organization, name: role })));
  const grants = [...identity.permissions, ...given.flat()];
  return {
    identity: { ...identity, admin: identity.admin || roles.includes(adminRole) },
    grants,
    roles,
  };
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
  if (known === undefined) return undefined;
  const token = toApiToken(row);
  return { ...known, token, tokenHash: row.hash, within: await limitOf(db, token) };
}

async function limitOf(
  db: Kysely<Database>,
  { organization, narrowed }: ApiToken,
): Promise<readonly Grant[] | undefined> {
  if (narrowed === undefined) return undefined;
  if ("permissions" in narrowed) return narrowed.permissions;
  return grantsOfRole(db, { organization, name: narrowed.role });
}
