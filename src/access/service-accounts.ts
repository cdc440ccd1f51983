import type { Grant } from "../core/access/grant.ts";
import { canonicalJson, type Json, sha256 } from "../core/json.ts";
import type { Instant } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import { auditEntry } from "./audit/audit-entry.ts";
import { newSecret } from "./new-secret.ts";
import type { AccessStore, Identity, IdentityChange, Written } from "./ports.ts";
import { type Principal, requireAdmin, requireCovers, requirePermission } from "./principal.ts";
import { readEmail } from "./read-email.ts";
import { readGrants } from "./read-grants.ts";
import { hashSecret } from "./secret-hash.ts";

/** OpenObserve's tokens have this length; 95 bits. */
const tokenLength = 16;
const hintLength = 4;

type Store = Pick<
  AccessStore,
  "identify" | "listIdentities" | "createIdentity" | "updateIdentity" | "deleteIdentity"
>;
/** Who asks, when, and of which store. */
export interface AccountAsk {
  readonly store: Store;
  readonly principal: Principal;
  readonly now: Instant;
}
/** What may be said of an account; absent: stays as it is. */
export interface AccountFields {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly permissions?: readonly { object: string; permission: string }[] | undefined;
  /** null takes the mark off. */
  readonly managedBy?: string | null | undefined;
}

/** Of the fields that a repository declares. */
export const accountDigest = ({ permissions }: Pick<Identity, "permissions">): string =>
  sha256(canonicalJson({ permissions: permissions as unknown as Json }));

/** Without quotes; an account that was deleted and made anew has another one. */
export const accountEtag = ({ revision, createdAt }: Pick<Identity, "revision" | "createdAt">): string =>
  `${revision}-${createdAt.toString(36)}`;

/** Sorted by e-mail. @throws AccessError FORBIDDEN. */
export async function listServiceAccounts({ store, principal }: AccountAsk): Promise<readonly Identity[]> {
  const { organization } = principal;
  requirePermission(principal, { type: "service_accounts", id: undefined, verb: "List" });
  return store.listIdentities({ organization, kind: "service-account" });
}

/** Answers the token, which is shown this once. @throws AccessError FORBIDDEN, INVALID, EXISTS. */
export async function createServiceAccount(
  { store, principal, now }: AccountAsk,
  sent: AccountFields & { readonly email: string },
): Promise<{ readonly token: string; readonly identity: Identity }> {
  requirePermission(principal, { type: "service_accounts", id: undefined, verb: "Post" });
  const email = readEmail(sent.email);
  const permissions = readGrants(sent.permissions ?? []);
  requireCovers(principal, permissions);
  const token = newSecret(tokenLength);
  const identity: Identity = {
    organization: principal.organization,
    email,
    kind: "service-account",
    admin: false,
    firstName: sent.firstName ?? "",
    lastName: sent.lastName ?? "",
    secretHash: await hashSecret(token),
    hint: token.slice(0, hintLength),
    permissions,
    managedBy: sent.managedBy ?? undefined,
    createdAt: now,
    revision: 1,
  };
  const made = await store.createIdentity({ identity, audit: auditOf({ principal, now }, "create", email) });
  if (made === "exists") throw new AccessError("EXISTS", "User already exists");
  return { token, identity };
}

/** @throws AccessError FORBIDDEN, INVALID, MISSING, STALE. */
export async function updateServiceAccount(
  ask: AccountAsk,
  sent: AccountFields & { readonly email: string; readonly ifMatch: string | undefined },
): Promise<Identity> {
  const { store, principal, now } = ask;
  const email = sent.email.toLowerCase();
  requirePermission(principal, { type: "service_accounts", id: email, verb: "Put" });
  const before = await find(ask, email, sent.ifMatch);
  const permissions = sent.permissions && readGrants(sent.permissions);
  requireCovers(principal, added(before.permissions, permissions ?? []));
  const change: IdentityChange = {
    ...(sent.firstName !== undefined && { firstName: sent.firstName }),
    ...(sent.lastName !== undefined && { lastName: sent.lastName }),
    ...(permissions && { permissions }),
    ...(sent.managedBy !== undefined && { managedBy: sent.managedBy }),
  };
  const { organization } = principal;
  const audit = auditOf({ principal, now }, "update", email);
  settle(await store.updateIdentity({ organization, email, revision: before.revision, change, audit }));
  return find(ask, email, undefined);
}

/** A new token; the old one is worth nothing from now on. @throws AccessError FORBIDDEN, MISSING, STALE. */
export async function rotateServiceAccountToken(
  ask: AccountAsk,
  sent: { readonly email: string; readonly ifMatch: string | undefined },
): Promise<{ readonly token: string; readonly email: string }> {
  const { store, principal, now } = ask;
  // The new token would be everything that the account may do.
  requireAdmin(principal, "rotate the token of a service account");
  const email = sent.email.toLowerCase();
  const before = await find(ask, email, sent.ifMatch);
  const token = newSecret(tokenLength);
  const change = { secretHash: await hashSecret(token), hint: token.slice(0, hintLength) };
  const audit = auditOf({ principal, now }, "rotate", email);
  const { organization } = principal;
  settle(await store.updateIdentity({ organization, email, revision: before.revision, change, audit }));
  return { token, email };
}

/** @throws AccessError FORBIDDEN, MISSING, STALE. */
export async function deleteServiceAccount(
  ask: AccountAsk,
  sent: { readonly email: string; readonly ifMatch: string | undefined },
): Promise<void> {
  const { store, principal, now } = ask;
  const email = sent.email.toLowerCase();
  requirePermission(principal, { type: "service_accounts", id: email, verb: "Delete" });
  const { revision } = await find(ask, email, sent.ifMatch);
  const audit = auditOf({ principal, now }, "delete", email);
  const { organization } = principal;
  settle(
    await store.deleteIdentity({
      organization,
      email,
      revision: sent.ifMatch === undefined ? undefined : revision,
      audit,
    }),
  );
}

async function find(
  { store, principal }: AccountAsk,
  email: string,
  ifMatch: string | undefined,
): Promise<Identity> {
  const found = await store.identify({ organization: principal.organization, email });
  if (found?.identity.kind !== "service-account") throw missing();
  if (ifMatch !== undefined && ifMatch !== accountEtag(found.identity)) throw stale();
  return found.identity;
}

function added(before: readonly Grant[], after: readonly Grant[]): readonly Grant[] {
  const held = new Set(before.map(({ object, permission }) => `${object}\n${permission}`));
  return after.filter(({ object, permission }) => !held.has(`${object}\n${permission}`));
}

function settle(written: Written): void {
  if (written === "missing") throw missing();
  if (written === "stale") throw stale();
}

const missing = (): AccessError => new AccessError("MISSING", "User not found");
const stale = (): AccessError =>
  new AccessError(
    "STALE",
    "The service account was changed meanwhile; read it again, then decide whether the change still holds.",
  );

const auditOf = (ask: Pick<AccountAsk, "principal" | "now">, action: string, email: string) =>
  auditEntry(ask.principal, ask.now, action, `service_accounts:${email}`);
