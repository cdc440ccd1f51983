import { type Ask, allows, covers } from "../core/access/allows.ts";
import type { Grant } from "../core/access/grant.ts";
import { AccessError } from "./access-error.ts";
import type { Known } from "./ports.ts";

/** Somebody who has proved who they are, within one organization. */
export interface Principal {
  readonly organization: string;
  readonly email: string;
  readonly kind: Known["identity"]["kind"];
  /** May do everything within the organization. */
  readonly admin: boolean;
  readonly grants: readonly Grant[];
  readonly via: "secret" | "api-token" | "run" | "session" | "signed-address";
  /** Where the request came from; undefined: from the server itself. */
  readonly address: string | undefined;
}

/** What somebody who was recognised may do. */
export const toPrincipal = (
  known: Known,
  organization: string,
  via: Principal["via"],
  address: string | undefined,
): Principal => ({
  organization,
  email: known.identity.email,
  kind: known.identity.kind,
  admin: known.identity.admin,
  grants: known.grants,
  via,
  address,
});

export const may = (principal: Principal, ask: Omit<Ask, "organization">): boolean =>
  principal.admin || allows(principal.grants, { ...ask, organization: principal.organization });

/** @throws AccessError FORBIDDEN with the permission that is missing. */
export function requirePermission(principal: Principal, ask: Omit<Ask, "organization">): void {
  if (may(principal, ask)) return;
  const object = `${ask.type}:${ask.id ?? `_all_${principal.organization}`}`;
  throw new AccessError("FORBIDDEN", `${principal.email} needs Allow${ask.verb} on ${object}`);
}

/**
 * Nobody hands on more than they have: otherwise the right to edit accounts or roles would be the right to
 * everything. @throws AccessError FORBIDDEN naming the first permission that is not held.
 */
export function requireCovers(principal: Principal, grants: readonly Grant[]): void {
  if (principal.admin) return;
  const missing = grants.find((grant) => !covers(principal.grants, grant, principal.organization));
  if (missing === undefined) return;
  const what = `${missing.permission} on ${missing.object}`;
  throw new AccessError("FORBIDDEN", `${principal.email} does not hold ${what} and so cannot give it`);
}

/** For what only an administrator of the organization may do. @throws AccessError FORBIDDEN. */
export function requireAdmin(principal: Principal, what: string): void {
  if (!principal.admin) throw new AccessError("FORBIDDEN", `Only root or an administrator may ${what}`);
}
