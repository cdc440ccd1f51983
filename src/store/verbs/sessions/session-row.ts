import type { Person, Session } from "../../../access/ports/sessions.ts";
import { sha256 } from "../../../core/json.ts";
import type { IdentityRow } from "../../tables/access.ts";
import type { SessionRow } from "../../tables/sessions.ts";
import { rootOrganization } from "../access/identity-row.ts";

export const organizationOf = ({ organization }: Person): string => organization ?? rootOrganization;

/** Another one after a change of the password, and for a namesake that is made later. */
export const proofOf = (row: Pick<IdentityRow, "kind" | "secret_hash" | "created_at">): string =>
  sha256(JSON.stringify([row.kind, row.secret_hash, row.created_at]));

export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  organization: row.organization === rootOrganization ? undefined : row.organization,
  email: row.email,
  signedInBy: row.signed_in_by as Session["signedInBy"],
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  idleUntil: row.idle_until,
  expiresAt: row.expires_at,
  address: row.address,
  userAgent: row.user_agent,
});

export const toSessionRow = (session: Session, secretHash: string, proof: string): SessionRow => ({
  secret_hash: secretHash,
  id: session.id,
  organization: organizationOf(session),
  email: session.email,
  signed_in_by: session.signedInBy,
  proof,
  created_at: session.createdAt,
  last_used_at: session.lastUsedAt,
  idle_until: session.idleUntil,
  expires_at: session.expiresAt,
  address: session.address,
  user_agent: session.userAgent,
});
