import { adminRole, builtInRoles, isBuiltInRole } from "../core/access/built-in-roles.ts";
import type { Instant } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import { auditEntry } from "./audit/audit-entry.ts";
import type { AccessStore, Role, Written } from "./ports.ts";
import { may, type Principal, requireAdmin, requireCovers, requirePermission } from "./principal.ts";
import { readEmail } from "./read-email.ts";
import { readGrants } from "./read-grants.ts";

type Store = Pick<
  AccessStore,
  "listRoles" | "findRole" | "rolesOf" | "createRole" | "updateRole" | "deleteRole" | "identify"
>;
export interface RoleAsk {
  readonly store: Store;
  readonly principal: Principal;
  readonly now: Instant;
}
type SentGrant = { readonly object: string; readonly permission: string };
/** OpenObserve's `PUT /roles/{role}`. */
export interface SentRoleChange {
  readonly add: readonly SentGrant[];
  readonly remove: readonly SentGrant[];
  readonly addUsers: readonly string[];
  readonly removeUsers: readonly string[];
}

/** Names that no own role has: of OpenObserve's own roles, and of the built-in ones. */
const standard: readonly string[] = [
  ...["admin", "root", "viewer", "user", "editor", "member", "service_account", "serviceaccount"],
  ...builtInRoles.map(({ name }) => name),
];
const form = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Names: of the built-in ones, then of own ones, sorted. @throws AccessError FORBIDDEN. */
export async function listRoles({ store, principal }: RoleAsk): Promise<readonly string[]> {
  requirePermission(principal, { type: "role", id: undefined, verb: "List" });
  const own = await store.listRoles({ organization: principal.organization });
  return [...builtInRoles.map(({ name }) => name), ...own];
}

/** @throws AccessError FORBIDDEN, MISSING. */
export async function readRole({ store, principal }: RoleAsk, name: string): Promise<Role> {
  requirePermission(principal, { type: "role", id: name, verb: "Get" });
  const role = await store.findRole({ organization: principal.organization, name });
  if (role === undefined) throw missing();
  return role;
}

/** The roles that somebody has; everybody may ask for their own. @throws AccessError FORBIDDEN. */
export async function rolesOf({ store, principal }: RoleAsk, of: string): Promise<readonly string[]> {
  const email = of.toLowerCase();
  if (email !== principal.email) requirePermission(principal, { type: "role", id: undefined, verb: "List" });
  return store.rolesOf({ organization: principal.organization, email });
}

/** @throws AccessError FORBIDDEN, INVALID, EXISTS. */
export async function createRole(ask: RoleAsk, name: string): Promise<void> {
  const { store, principal } = ask;
  requirePermission(principal, { type: "role", id: undefined, verb: "Post" });
  if (!form.test(name) || standard.includes(name.toLowerCase()))
    throw new AccessError(
      "INVALID",
      "Invalid role name: 1 to 64 letters, digits, _ . -, and none of the standard roles",
    );
  const { organization } = principal;
  const made = await store.createRole({ organization, name, audit: auditOf(ask, "create", name) });
  if (made === "exists") throw new AccessError("EXISTS", "Role already exists");
}

/**
 * Changes what a role allows and who has it. Whoever adds a permission must hold it; whoever gives the role to
 * somebody, or takes it from them, must hold all that it gives. What a built-in role allows never changes.
 * @throws AccessError FORBIDDEN, INVALID, MISSING.
 */
export async function updateRole(ask: RoleAsk, name: string, sent: SentRoleChange): Promise<void> {
  const { store, principal } = ask;
  const { organization } = principal;
  requirePermission(principal, { type: "role", id: name, verb: "Put" });
  const add = readGrants(sent.add);
  const remove = readGrants(sent.remove);
  if (isBuiltInRole(name) && add.length + remove.length > 0)
    throw new AccessError(
      "INVALID",
      `${name} is a built-in role: who has it can be changed, not what it allows`,
    );
  const addUsers = sent.addUsers.map(readEmail);
  const removeUsers = sent.removeUsers.map((email) => email.toLowerCase());
  requireCovers(principal, add);
  if (addUsers.length + removeUsers.length > 0) {
    await requireGivable(ask, [name]);
    requireNotSelf(principal, addUsers);
    for (const email of addUsers)
      if ((await store.identify({ organization, email })) === undefined)
        throw new AccessError("INVALID", `There is no ${email} in this organization`);
  }
  const change = { add, remove, addUsers, removeUsers };
  settle(await store.updateRole({ organization, name, change, audit: auditOf(ask, "update", name) }));
}

/** Whether somebody may give these roles, which are there, or take them away. @throws AccessError FORBIDDEN, MISSING. */
export async function requireGivable(
  { store, principal }: { readonly store: Pick<AccessStore, "findRole">; readonly principal: Principal },
  names: readonly string[],
): Promise<void> {
  const { organization } = principal;
  for (const name of names) {
    const role = await store.findRole({ organization, name });
    if (role === undefined) throw missing();
    if (name === adminRole) requireAdmin(principal, "give or take the role admin");
    requireCovers(principal, role.permissions);
  }
}

/**
 * A role may give nothing and yet count: actions name roles as those who approve. So nobody gives one to themselves who
 * could not approve everything anyway. @throws AccessError FORBIDDEN.
 */
export function requireNotSelf(principal: Principal, emails: readonly string[]): void {
  const { organization, email } = principal;
  if (!emails.includes(email) || may(principal, { type: "approval", id: undefined, verb: "Post" })) return;
  throw new AccessError(
    "FORBIDDEN",
    `${email} gives roles to others and not to themselves: a role may be named as those who approve. It takes an administrator, or AllowPost on approval:_all_${organization}`,
  );
}

/** @throws AccessError FORBIDDEN, MISSING. */
export async function deleteRole(ask: RoleAsk, name: string): Promise<void> {
  const { store, principal } = ask;
  requirePermission(principal, { type: "role", id: name, verb: "Delete" });
  if (isBuiltInRole(name))
    throw new AccessError("INVALID", `${name} is a built-in role, which every organization has`);
  // It is taken from everybody who has it.
  await requireGivable(ask, [name]);
  const { organization } = principal;
  settle(await store.deleteRole({ organization, name, audit: auditOf(ask, "delete", name) }));
}

function settle(written: Written): void {
  if (written !== "written") throw missing();
}

const missing = (): AccessError => new AccessError("MISSING", "Role not found");

const auditOf = ({ principal, now }: RoleAsk, action: string, name: string) =>
  auditEntry(principal, now, action, `role:${name}`);
