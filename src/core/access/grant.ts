import { isNamePattern } from "./name-pattern.ts";

/** OpenObserve's words for what may be done with an object. */
export const permissions = [
  "AllowAll",
  "AllowList",
  "AllowGet",
  "AllowPost",
  "AllowPut",
  "AllowDelete",
] as const;
export type Permission = (typeof permissions)[number];
export type Verb = "List" | "Get" | "Post" | "Put" | "Delete";
export const verbs: readonly Verb[] = ["List", "Get", "Post", "Put", "Delete"];

/** A permission as roles and service accounts hold it: `action_scripts:_all_default`, `AllowGet`. */
export interface Grant {
  /**
   * `<type>:_all_<organization>` for every object of a type, `<type>:<id>` for one; of actions, their runs and
   * approvals `<type>:name:<pattern>` as well, for those of actions with such a name.
   */
  readonly object: string;
  readonly permission: Permission;
}

/** The types of objects that Rota asks about. Others are stored, for OpenObserve's sake, and grant nothing. */
export const objectTypes = [
  { type: "action_scripts", title: "Actions and their runs" },
  { type: "runs", title: "Runs of actions: starting, stopping and trying again" },
  { type: "approval", title: "Approvals of runs" },
  { type: "alert", title: "Receivers of alerts, and what they received" },
  { type: "destination", title: "Alert destinations" },
  { type: "template", title: "Alert templates" },
  { type: "service_accounts", title: "Service accounts" },
  { type: "providers", title: "Providers: the places that steps run at" },
  { type: "role", title: "Roles" },
  { type: "user", title: "People" },
  { type: "audit", title: "The audit" },
  { type: "secrets", title: "Secrets: their names, and setting and deleting them" },
  { type: "stream", title: "Streams: _json and _search" },
  { type: "logs", title: "Log streams: _json and _search" },
] as const;
/** `logs` is no type to ask for: grants of both names govern a stream. */
export type ObjectType = Exclude<(typeof objectTypes)[number]["type"], "logs">;

/** Types whose objects are told by an action: the id is the action's, and so is the name. */
const namedTypes: readonly string[] = ["action_scripts", "runs", "approval"];
export const isNamedType = (type: string): boolean => namedTypes.includes(type);
const namePrefix = "name:";

export interface GrantedObject {
  readonly type: string;
  /** One object. */
  readonly id: string | undefined;
  /** Those of actions whose name is like this pattern. Neither this nor an id: every object of `organization`. */
  readonly name: string | undefined;
  readonly organization: string | undefined;
}

/** The parts of a grant's object; undefined where the text is no such object. */
export function readObject(object: string): GrantedObject | undefined {
  const colon = object.indexOf(":");
  const [type, rest] = [object.slice(0, colon), object.slice(colon + 1)];
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(type) || rest === "" || rest.length > 300) return undefined;
  if (rest.startsWith("_all_"))
    return { type, id: undefined, name: undefined, organization: rest.slice("_all_".length) };
  if (!isNamedType(type) || !rest.startsWith(namePrefix))
    return { type, id: rest, name: undefined, organization: undefined };
  const name = rest.slice(namePrefix.length);
  return isNamePattern(name) ? { type, id: undefined, name, organization: undefined } : undefined;
}

/** Grants without repetition, sorted by object and permission: the canonical form. */
export function sortGrants(grants: readonly Grant[]): readonly Grant[] {
  const byText = new Map(
    grants.map(({ object, permission }) => [`${object}\n${permission}`, { object, permission }] as const),
  );
  return [...byText.keys()].sort().map((text) => byText.get(text)!);
}
