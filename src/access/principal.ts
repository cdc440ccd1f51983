import { type Ask, allows, covers, type ShownPart, shown } from "../core/access/allows.ts";
import type { Grant, Verb } from "../core/access/grant.ts";
import { AccessError } from "./access-error.ts";
import type { Known } from "./ports.ts";

/** Somebody who has proved who they are, within one organization. */
export interface Principal {
  readonly organization: string;
  readonly email: string;
  readonly kind: Known["identity"]["kind"];
  /** May do everything within the organization. Nobody is it with a narrowed token. */
  readonly admin: boolean;
  readonly grants: readonly Grant[];
  /** With a narrowed token: nothing but what these allow as well. */
  readonly within?: readonly Grant[] | undefined;
  readonly via: "secret" | "api-token" | "run" | "session" | "signed-address";
  /** Which run, with via "run". */
  readonly run?: string | undefined;
  /** Which session, with via "session". */
  readonly session?: string | undefined;
  /** Where the request came from; undefined: from the server itself. */
  readonly address: string | undefined;
}

/** What somebody who was recognised may do; with a narrowed token, `known` says within what. */
export function toPrincipal(
  known: Known & { readonly within?: readonly Grant[] | undefined },
  organization: string,
  via: Principal["via"],
  address: string | undefined,
): Principal {
  const { email, kind, admin } = known.identity;
  const { within } = known;
  const who = { organization, email, kind, via, address };
  if (within === undefined) return { ...who, admin, grants: known.grants };
  // An administrator holds everything, so that what is left is what the token says.
  return { ...who, admin: false, grants: admin ? within : known.grants, within };
}

export const may = (principal: Principal, ask: Omit<Ask, "organization">): boolean => {
  const { organization } = principal;
  return everySet(principal).every((grants) => allows(grants, { ...ask, organization }));
};

/** Whether one of these things is allowed on any object of a type, whichever: without it nothing need be looked at. */
export const mayOnSome = (principal: Principal, type: Ask["type"], verbs: readonly Verb[]): boolean =>
  everySet(principal).every((grants) =>
    grants.some(
      ({ object, permission }) =>
        object.startsWith(`${type}:`) &&
        (permission === "AllowAll" || verbs.some((verb) => permission === `Allow${verb}`)),
    ),
  );

/**
 * Whether the login itself leaves room for something, for what a person may without a permission: with a narrowed token
 * they may not more than it says. @throws AccessError FORBIDDEN.
 */
export function requireWithin(principal: Principal, ask: Omit<Ask, "organization">): void {
  const { within } = principal;
  if (within !== undefined) requirePermission({ ...principal, admin: false, grants: within }, ask);
}

/** Sets of grants that all have to allow something; none for who may everything. */
const everySet = ({ admin, grants, within }: Principal): readonly (readonly Grant[])[] =>
  admin ? [] : within === undefined ? [grants] : [grants, within];

/**
 * Which objects of a type a list shows to somebody: those that each of the answered parts has; no part: all.
 * @throws AccessError FORBIDDEN where that would be none.
 */
export function requireShown(principal: Principal, type: Ask["type"]): readonly ShownPart[] {
  const { organization } = principal;
  const parts = everySet(principal).map((grants) => shown(grants, type, organization));
  const some = parts.filter((part) => part !== "all");
  if (some.some(({ ids, names }) => ids.length === 0 && names.length === 0))
    requirePermission(principal, { type, id: undefined, verb: "List" });
  return some;
}

/** @throws AccessError FORBIDDEN with the permission that is missing. */
export function requirePermission(principal: Principal, ask: Omit<Ask, "organization">): void {
  if (may(principal, ask)) return;
  const name = ask.name === undefined ? `_all_${principal.organization}` : `name:${ask.name}`;
  const object = `${ask.type}:${ask.id ?? name}`;
  throw new AccessError("FORBIDDEN", `${whoOf(principal)} needs Allow${ask.verb} on ${object}`);
}

/** With a narrowed token it may be the token that does not go so far. */
const whoOf = ({ email, within }: Principal): string =>
  within === undefined ? email : `The narrowed token of ${email}`;

/**
 * Nobody hands on more than they have: otherwise the right to edit accounts or roles would be the right to
 * everything. @throws AccessError FORBIDDEN naming the first permission that is not held.
 */
export function requireCovers(principal: Principal, grants: readonly Grant[]): void {
  const { organization } = principal;
  const sets = everySet(principal);
  const missing = grants.find((grant) => !sets.every((held) => covers(held, grant, organization)));
  if (missing === undefined) return;
  const what = `${missing.permission} on ${missing.object}`;
  throw new AccessError("FORBIDDEN", `${principal.email} does not hold ${what} and so cannot give it`);
}

/** For what only an administrator of the organization may do. @throws AccessError FORBIDDEN. */
export function requireAdmin(principal: Principal, what: string): void {
  if (!principal.admin) throw new AccessError("FORBIDDEN", `Only root or an administrator may ${what}`);
}

/**
 * For what makes somebody into somebody else: their password, a role of theirs, code that acts as them. Whoever does
 * that must hold all that they may. @throws AccessError FORBIDDEN.
 */
export function requireCoversKnown(principal: Principal, { identity, grants }: Known): void {
  if (identity.admin) requireAdmin(principal, `act on ${identity.email}, who may everything`);
  requireCovers(principal, grants);
}
