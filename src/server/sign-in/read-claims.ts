import { AccessError, readEmail } from "../../access/index.ts";
import type { OidcSettings } from "./oidc-settings.ts";
import { RefusedSignIn } from "./refused-sign-in.ts";

/** What a provider says of somebody; every part may be missing or be anything. */
export type Claims = Readonly<Record<string, unknown>>;

/** Groups of one person that are looked at. */
const mostGroups = 2000;

/**
 * Who somebody is, out of what their provider says.
 * @throws RefusedSignIn when there is no e-mail to know them by
 */
export function readClaims(claims: Claims, settings: OidcSettings) {
  const { email, email_verified: verified } = claims;
  if (typeof email !== "string" || email === "")
    throw new RefusedSignIn(
      403,
      "The provider does not tell your e-mail address, and people are known by it here. Whoever runs the server can ask for it: ROTA_OIDC_SCOPES needs email, and the provider must give it.",
    );
  if (verified !== true && verified !== "true" && !settings.unverifiedEmail)
    throw new RefusedSignIn(
      403,
      "The provider does not say that your e-mail address is verified. Verify it there, then sign in again.",
    );
  return {
    email: usable(email),
    firstName: name(claims.given_name) || name(claims.name),
    lastName: name(claims.family_name),
    roles: rolesOf(groupsOf(claims, settings.groupsClaim), settings),
  };
}

function usable(email: string): string {
  try {
    return readEmail(email);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    throw new RefusedSignIn(403, "The e-mail address that the provider tells cannot be used here.");
  }
}

const name = (claim: unknown): string =>
  typeof claim === "string" ? claim.replace(/\p{C}/gu, "").trim().slice(0, 200) : "";

function rolesOf(groups: readonly string[], { roles }: OidcSettings): readonly string[] {
  const mine = new Set(groups);
  return [...new Set(roles.filter(({ group }) => group === "*" || mine.has(group)).map(({ role }) => role))];
}

/** A list or one text, under a name or, where no claim has it, a path like `realm_access.roles`. */
function groupsOf(claims: Claims, claim: string): readonly string[] {
  const found = own(claims, claim) ?? claim.split(".").reduce<unknown>(own, claims);
  const groups = Array.isArray(found) ? found : [found];
  return groups.slice(0, mostGroups).filter((group) => typeof group === "string");
}

const own = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Claims)[key]
    : undefined;
