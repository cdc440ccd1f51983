import type { Kysely } from "kysely";
import type { ApiToken, AuditEntry, Narrowing, Written } from "../../../access/ports.ts";
import type { Instant } from "../../../core/time.ts";
import type { ApiTokenRow } from "../../tables/access.ts";
import type { Database } from "../../tables/database.ts";
import { readGrants } from "./identity-row.ts";
import { recordAudit } from "./record-audit.ts";

export const toApiToken = (row: ApiTokenRow): ApiToken => ({
  id: row.id,
  organization: row.organization,
  email: row.email,
  name: row.name,
  createdAt: row.created_at,
  createdBy: row.created_by ?? undefined,
  expiresAt: row.expires_at ?? undefined,
  lastUsedAt: row.last_used_at ?? undefined,
  narrowed: narrowingOf(row),
});

function narrowingOf({ role, permissions }: ApiTokenRow): Narrowing | undefined {
  if (role !== null) return { role };
  return permissions === null ? undefined : { permissions: readGrants(permissions) };
}

/** How long an expired token is still listed, so that a person sees why a job stopped working, µs. */
const shownExpired = 30 * 86_400_000_000;

export async function createToken(
  db: Kysely<Database>,
  { token, tokenHash, audit }: { token: ApiToken; tokenHash: string; audit: AuditEntry },
): Promise<void> {
  const row: ApiTokenRow = {
    id: token.id,
    organization: token.organization,
    email: token.email,
    name: token.name,
    hash: tokenHash,
    created_at: token.createdAt,
    expires_at: token.expiresAt ?? null,
    role: token.narrowed !== undefined && "role" in token.narrowed ? token.narrowed.role : null,
    permissions:
      token.narrowed !== undefined && "permissions" in token.narrowed
        ? JSON.stringify(token.narrowed.permissions)
        : null,
    created_by: token.createdBy ?? null,
    last_used_at: null,
  };
  await db
    .deleteFrom("api_tokens")
    .where("expires_at", "<", token.createdAt - shownExpired)
    .execute();
  await db.insertInto("api_tokens").values(row).execute();
  await recordAudit(db, audit);
}

/** Newest first, expired ones as well. */
export async function listTokens(
  db: Kysely<Database>,
  { organization, email }: { organization: string; email: string | undefined },
): Promise<readonly ApiToken[]> {
  let query = db.selectFrom("api_tokens").selectAll().where("organization", "=", organization);
  if (email !== undefined) query = query.where("email", "=", email);
  return (await query.orderBy("id", "desc").execute()).map(toApiToken);
}

export async function deleteToken(
  db: Kysely<Database>,
  { organization, id, audit }: { organization: string; id: string; audit: AuditEntry },
): Promise<Written> {
  const { numDeletedRows } = await db
    .deleteFrom("api_tokens")
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return "missing";
  await recordAudit(db, audit);
  return "written";
}

/** Writes down when a token was used last, unless something later is written there. */
export async function touchToken(
  db: Kysely<Database>,
  { id, at }: { id: string; at: Instant },
): Promise<void> {
  await db
    .updateTable("api_tokens")
    .set({ last_used_at: at })
    .where("id", "=", id)
    .where((row) => row.or([row("last_used_at", "is", null), row("last_used_at", "<", at)]))
    .execute();
}
