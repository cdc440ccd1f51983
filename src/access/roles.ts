import type { Instant } from "../core/time.ts";
import { AccessError } from "./access-error.ts";
import type { AccessStore, Role, Written } from "./ports.ts";
import { type Principal, requireCovers, requirePermission } from "./principal.ts";
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

/** Names that OpenObserve's own roles have. */
const standard = ["admin", "root", "viewer", "user", "editor", "member", "service_account", "serviceaccount"];
const form = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Names, sorted. @throws AccessError FORBIDDEN. */
export async function listRoles({ store, principal }: RoleAsk): Promise<readonly string[]> {
  requirePermission(principal, { type: "role", id: undefined, verb: "List" });
  return store.listRoles({ organization: principal.organization });
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
      "Invalid role name: 1 to 64 letters, digits, _ . -, and none of OpenObserve's standard roles",
    );
  const { organization } = principal;
  const made = await store.createRole({ organization, name, audit: auditOf(ask, "create", name) });
  if (made === "exists") throw new AccessError("EXISTS", "Role already exists");
}

/**
 * Changes what a role allows and who has it. Whoever adds a permission, or a person to a role, must hold
 * what that gives. @throws AccessError FORBIDDEN, INVALID, MISSING.
 */
export async function updateRole(ask: RoleAsk, name: string, sent: SentRoleChange): Promise<void> {
  const { store, principal } = ask;
  const { organization } = principal;
  requirePermission(principal, { type: "role", id: name, verb: "Put" });
  const add = readGrants(sent.add);
  const remove = readGrants(sent.remove);
  const addUsers = sent.addUsers.map(readEmail);
  requireCovers(principal, add);
  if (addUsers.length > 0) {
    const role = await store.findRole({ organization, name });
    requireCovers(principal, role?.permissions ?? []);
    for (const email of addUsers)
      if ((await store.identify({ organization, email })) === undefined)
        throw new AccessError("INVALID", `There is no ${email} in this organization`);
  }
  const change = { add, remove, addUsers, removeUsers: sent.removeUsers.map((email) => email.toLowerCase()) };
  settle(await store.updateRole({ organization, name, change, audit: auditOf(ask, "update", name) }));
}

/** @throws AccessError FORBIDDEN, MISSING. */
export async function deleteRole(ask: RoleAsk, name: string): Promise<void> {
  const { store, principal } = ask;
  requirePermission(principal, { type: "role", id: name, verb: "Delete" });
  const { organization } = principal;
  settle(await store.deleteRole({ organization, name, audit: auditOf(ask, "delete", name) }));
}

function settle(written: Written): void {
  if (written !== "written") throw missing();
}

const missing = (): AccessError => new AccessError("MISSING", "Role not found");

const auditOf = ({ principal, now }: RoleAsk, action: string, name: string) => ({
  at: now,
  organization: principal.organization,
  actor: principal.email,
  action,
  object: `role:${name}`,
});
