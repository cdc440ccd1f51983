import type { Instant } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import { auditEntry } from "./audit/audit-entry.ts";
import { newSecret } from "./new-secret.ts";
import type { AccessStore, ApiToken, Narrowing } from "./ports.ts";
import { type Principal, requireAdmin, requireWithin } from "./principal.ts";
import { tokenText } from "./read-authorization.ts";
import { readGrants } from "./read-grants.ts";
import { hashSecret } from "./secret-hash.ts";

type Store = Pick<AccessStore, "createToken" | "listTokens" | "deleteToken" | "identify" | "findRole">;
export interface TokenAsk {
  readonly store: Store;
  readonly principal: Principal;
  readonly now: Instant;
}
export interface SentToken {
  readonly name: string;
  /** Whom it acts as; undefined: who asks. Somebody else only for an administrator. */
  readonly email: string | undefined;
  /** undefined: never. */
  readonly expiresAt: Instant | undefined;
  /** What it may at most; neither: all that whom it acts as may. */
  readonly role?: string | undefined;
  readonly permissions?: readonly { object: string; permission: string }[] | undefined;
}

const secretLength = 32;

/** One's own tokens; an administrator sees everybody's. Never their secrets. */
export async function listTokens({ store, principal }: TokenAsk): Promise<readonly ApiToken[]> {
  const { organization, email, admin } = principal;
  requireOwn(principal, "Get");
  return store.listTokens({ organization, email: admin ? undefined : email });
}

/**
 * Makes an API token and answers its text, which is shown this once. Only a login with a password, a session or a
 * service account's token makes one, so that a token that ends cannot prolong itself.
 * `newId` gives a KSUID. @throws AccessError FORBIDDEN, INVALID, MISSING.
 */
export async function createToken(
  { store, principal, now }: TokenAsk,
  sent: SentToken,
  newId: () => string,
): Promise<{ readonly token: ApiToken; readonly text: string }> {
  const { organization } = principal;
  if (principal.via !== "secret" && principal.via !== "session")
    throw new AccessError("FORBIDDEN", "Log in with a password to make an API token, not with a token");
  const email = sent.email?.toLowerCase() ?? principal.email;
  if (email !== principal.email) {
    requireAdmin(principal, "make a token for somebody else");
    if ((await store.identify({ organization, email })) === undefined)
      throw new AccessError("MISSING", "User not found");
  }
  if (sent.expiresAt !== undefined && sent.expiresAt <= now)
    throw new AccessError("INVALID", "expires_at lies in the past (it is in microseconds since 1970)");
  const secret = newSecret(secretLength);
  const token: ApiToken = {
    id: newId(),
    organization,
    email,
    name: sent.name,
    createdAt: now,
    createdBy: principal.email,
    expiresAt: sent.expiresAt,
    lastUsedAt: undefined,
    narrowed: await readNarrowing(store, organization, sent),
  };
  await store.createToken({
    token,
    tokenHash: await hashSecret(secret),
    audit: auditEntry(principal, now, "create", `tokens:${token.id}`, `"${token.name}" for ${email}`),
  });
  return { token, text: tokenText(token.id, secret) };
}

/**
 * What a token is to be narrowed to. It may name more than whoever makes it holds: at each request both count, so it
 * gives nothing. @throws AccessError INVALID.
 */
async function readNarrowing(
  store: Store,
  organization: string,
  { role, permissions }: SentToken,
): Promise<Narrowing | undefined> {
  if (role !== undefined && permissions !== undefined)
    throw new AccessError("INVALID", "A token is narrowed to a role or to permissions, not to both");
  if (permissions !== undefined) return { permissions: readGrants(permissions) };
  if (role === undefined) return undefined;
  if ((await store.findRole({ organization, name: role })) === undefined)
    throw new AccessError("INVALID", `There is no role ${JSON.stringify(role.slice(0, 64))}`);
  return { role };
}

/** One's own tokens are neither a run's nor a narrowed token's to see and end. @throws AccessError FORBIDDEN. */
function requireOwn(principal: Principal, verb: "Get" | "Put"): void {
  if (principal.via === "run") throw new AccessError("FORBIDDEN", "A run has no API tokens");
  requireWithin(principal, { type: "user", id: principal.email, verb });
}

/** Ends one's own token; an administrator ends any. @throws AccessError MISSING. */
export async function deleteToken({ store, principal, now }: TokenAsk, id: string): Promise<void> {
  const { organization } = principal;
  requireOwn(principal, "Put");
  const mine = await listTokens({ store, principal, now });
  const missing = () => new AccessError("MISSING", "Token not found");
  if (!mine.some((token) => token.id === id)) throw missing();
  const audit = auditEntry(principal, now, "delete", `tokens:${id}`);
  if ((await store.deleteToken({ organization, id, audit })) !== "written") throw missing();
}
