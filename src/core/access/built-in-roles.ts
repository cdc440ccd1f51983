import { type Grant, type ObjectType, objectTypes, type Permission, sortGrants } from "./grant.ts";

export interface BuiltInRole {
  readonly name: string;
  /** What it is for, on one line. */
  readonly title: string;
  /** On every object of these types, in one organization. */
  readonly rights: readonly { readonly type: ObjectType | "logs"; readonly permission: Permission }[];
}

const on = (types: readonly (ObjectType | "logs")[], ...permissions: readonly Permission[]) =>
  types.flatMap((type) => permissions.map((permission) => ({ type, permission })));

const watched = [
  "action_scripts",
  "runs",
  "approval",
  "alert",
  "destination",
  "template",
  "providers",
] as const;
const declared = [
  "action_scripts",
  "providers",
  "service_accounts",
  "secrets",
  "alert",
  "destination",
  "template",
] as const;

const view = on(watched, "AllowList", "AllowGet");
const operate = [...view, ...on(["runs"], "AllowPost")];

/** Roles that every organization has, from the least to the most. They are neither made nor changed nor deleted. */
export const builtInRoles = [
  { name: "viewer", title: "sees actions, runs and alerts, and changes nothing", rights: view },
  {
    name: "approver",
    title: "viewer, and agrees to runs or rejects them",
    rights: [...view, ...on(["approval"], "AllowPost")],
  },
  { name: "operator", title: "viewer, and starts, cancels and retries runs", rights: operate },
  {
    name: "editor",
    title: "operator, and makes, changes and deletes what git declares, and secrets",
    rights: [...operate, ...on(declared, "AllowAll")],
  },
  {
    name: "admin",
    title: "everything of the organization, people, roles and the audit among it",
    rights: on(
      objectTypes.map(({ type }) => type),
      "AllowAll",
    ),
  },
] as const satisfies readonly BuiltInRole[];

/** Who has it may everything of the organization, what no type of objects stands for as well. */
export const adminRole = "admin";

export const isBuiltInRole = (name: string): boolean => builtInRoles.some((role) => role.name === name);

/** What a built-in role gives in an organization, in canonical form; undefined: it is none. */
export function builtInGrants(name: string, organization: string): readonly Grant[] | undefined {
  const role: BuiltInRole | undefined = builtInRoles.find((one) => one.name === name);
  return (
    role &&
    sortGrants(
      role.rights.map(({ type, permission }) => ({ object: `${type}:_all_${organization}`, permission })),
    )
  );
}
