import { isBuiltInRole } from "../core/access/built-in-roles.ts";
import type { Instant } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import { auditEntry } from "./audit/audit-entry.ts";
import { requirePassword } from "./passwords.ts";
import type { AccessStore, Identity, Known, Written } from "./ports.ts";
import { type Principal, requireAdmin, requireCoversKnown, requirePermission } from "./principal.ts";
import { readEmail } from "./read-email.ts";
import { requireGivable, requireNotSelf } from "./roles.ts";
import { hashSecret } from "./secret-hash.ts";

type Store = Pick<
  AccessStore,
  | "root"
  | "identify"
  | "findRole"
  | "listIdentities"
  | "listMemberships"
  | "createIdentity"
  | "updateIdentity"
  | "deleteIdentity"
  | "endLogins"
>;
/** Who asks, when, and of which store. */
export interface UserAsk {
  readonly store: Store;
  readonly principal: Principal;
  readonly now: Instant;
}
/** A person and their roles, sorted. */
export interface User {
  readonly identity: Identity;
  readonly roles: readonly string[];
}
export interface NewUser {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly password: string;
  readonly roles: readonly string[];
}
/** undefined: stays as it is. */
export interface UserFields {
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly newPassword: string | undefined;
  /** Those that they are to have: in place of other built-in ones, beside own ones. */
  readonly roles: readonly string[] | undefined;
}

/** Root, then the people of the organization by e-mail. @throws AccessError FORBIDDEN. */
export async function listUsers({ store, principal }: UserAsk): Promise<readonly User[]> {
  const { organization } = principal;
  requirePermission(principal, { type: "user", id: undefined, verb: "List" });
  const [root, people, memberships] = await Promise.all([
    store.root({}),
    store.listIdentities({ organization, kind: "user" }),
    store.listMemberships({ organization }),
  ]);
  const rolesOf = Map.groupBy(memberships, ({ email }) => email);
  return [...(root === undefined ? [] : [root]), ...people].map((identity) => ({
    identity,
    roles: (rolesOf.get(identity.email) ?? []).map(({ role }) => role),
  }));
}

/** One person; everybody may read themselves. @throws AccessError FORBIDDEN, MISSING. */
export async function readUser(ask: UserAsk, sent: string): Promise<User> {
  const email = sent.toLowerCase();
  if (email !== ask.principal.email)
    requirePermission(ask.principal, { type: "user", id: email, verb: "Get" });
  return find(ask, email);
}

/** @throws AccessError FORBIDDEN, INVALID, EXISTS, MISSING (a role). */
export async function createUser(ask: UserAsk, sent: NewUser): Promise<void> {
  const { store, principal, now } = ask;
  const { organization } = principal;
  requirePermission(principal, { type: "user", id: undefined, verb: "Post" });
  const email = readEmail(sent.email.trim());
  requirePassword(sent.password, email);
  await requireGivable(ask, sent.roles);
  const identity: Identity = {
    organization,
    email,
    kind: "user",
    admin: false,
    firstName: sent.firstName,
    lastName: sent.lastName,
    secretHash: await hashSecret(sent.password),
    hint: undefined,
    permissions: [],
    managedBy: undefined,
    createdAt: now,
    revision: 1,
  };
  const roles = [...new Set(sent.roles)];
  const made = await store.createIdentity({ identity, roles, audit: auditOf(ask, "create", email) });
  if (made === "exists") throw new AccessError("EXISTS", "User already exists");
}

/**
 * Changes a person. One's own name needs no permission. One's own password needs the old one, which whoever calls this
 * has verified: `verified`; somebody else's needs an administrator, and root's nobody but root sets.
 * @throws AccessError FORBIDDEN, INVALID, MISSING.
 */
export async function updateUser(
  ask: UserAsk,
  sent: UserFields & { readonly email: string; readonly verified: boolean },
): Promise<void> {
  const { store, principal } = ask;
  const { organization } = principal;
  const email = sent.email.trim().toLowerCase();
  const isOwn = isSelf(principal, email);
  if (!isOwn) requirePermission(principal, { type: "user", id: email, verb: "Put" });
  const before = await find(ask, email);
  if (!isOwn && before.identity.kind === "root")
    throw new AccessError("FORBIDDEN", "Nobody but root changes root");
  const { newPassword } = sent;
  if (newPassword !== undefined) {
    if (!isOwn) requireAdmin(principal, "set somebody else's password");
    else if (!sent.verified)
      throw new AccessError("FORBIDDEN", "The old password is needed to set another one");
    requirePassword(newPassword, email);
  }
  const roles = sent.roles && (await readRoles(ask, before, sent.roles));
  const change = {
    ...(sent.firstName !== undefined && { firstName: sent.firstName }),
    ...(sent.lastName !== undefined && { lastName: sent.lastName }),
    ...(newPassword !== undefined && { secretHash: await hashSecret(newPassword) }),
  };
  const what = newPassword === undefined ? "update" : "password";
  const audit = auditOf(ask, what, email);
  settle(await store.updateIdentity({ organization, email, revision: undefined, change, roles, audit }));
}

/** Ends their API tokens and their roles as well. @throws AccessError FORBIDDEN, MISSING. */
export async function deleteUser(ask: UserAsk, sent: string): Promise<void> {
  const { store, principal } = ask;
  const { organization } = principal;
  const email = sent.trim().toLowerCase();
  requirePermission(principal, { type: "user", id: email, verb: "Delete" });
  const found = await find(ask, email);
  if (found.identity.kind === "root") throw new AccessError("FORBIDDEN", "Root cannot be removed");
  requireCoversKnown(principal, found);
  const audit = auditOf(ask, "delete", email);
  settle(await store.deleteIdentity({ organization, email, revision: undefined, audit }));
}

/** Ends whatever is logged in as somebody; everybody may do that for themselves. @throws AccessError FORBIDDEN, MISSING. */
export async function endLogins(ask: UserAsk, sent: string): Promise<void> {
  const { store, principal } = ask;
  const { organization } = principal;
  const email = sent.trim().toLowerCase();
  if (!isSelf(principal, email)) {
    requirePermission(principal, { type: "user", id: email, verb: "Put" });
    const found = await find(ask, email);
    if (found.identity.kind === "root") throw new AccessError("FORBIDDEN", "Nobody but root logs root out");
    requireCoversKnown(principal, found);
  }
  settle(await store.endLogins({ organization, email, audit: auditOf(ask, "logout", email) }));
}

/** What changes so that somebody has these roles and no other built-in one; own ones that are not named stay. */
async function readRoles(ask: UserAsk, { identity, roles: before }: User, wanted: readonly string[]) {
  const remove = before.filter((role) => isBuiltInRole(role) && !wanted.includes(role));
  const add = wanted.filter((role) => !before.includes(role));
  if (add.length + remove.length === 0) return undefined;
  // One's own roles as well: whoever may not give a role cannot take it.
  requirePermission(ask.principal, { type: "user", id: identity.email, verb: "Put" });
  await requireGivable(ask, [...add, ...remove]);
  if (add.length > 0) requireNotSelf(ask.principal, [identity.email]);
  return { add, remove };
}

async function find({ store, principal }: UserAsk, email: string): Promise<Known> {
  const found = await store.identify({ organization: principal.organization, email });
  if (found === undefined || found.identity.kind === "service-account") throw missing();
  return found;
}

/** With a narrowed token nobody is free to do as they like even with themselves. */
const isSelf = (principal: Principal, email: string): boolean =>
  email === principal.email && principal.within === undefined;

function settle(written: Written): void {
  if (written !== "written") throw missing();
}

const missing = (): AccessError => new AccessError("MISSING", "User not found");

const auditOf = ({ principal, now }: UserAsk, action: string, email: string) =>
  auditEntry(principal, now, action, `user:${email}`);
