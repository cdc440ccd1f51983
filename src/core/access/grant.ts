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
  /** `<type>:_all_<organization>` for every object of a type, else `<type>:<id>`. */
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

export interface GrantedObject {
  readonly type: string;
  /** One object; undefined: every object of `organization`. */
  readonly id: string | undefined;
  readonly organization: string | undefined;
}

/** The parts of a grant's object; undefined where the text is no such object. */
export function readObject(object: string): GrantedObject | undefined {
  const colon = object.indexOf(":");
  const [type, rest] = [object.slice(0, colon), object.slice(colon + 1)];
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(type) || rest === "" || rest.length > 300) return undefined;
  return rest.startsWith("_all_")
    ? { type, id: undefined, organization: rest.slice("_all_".length) }
    : { type, id: rest, organization: undefined };
}

/** Grants without repetition, sorted by object and permission: the canonical form. */
export function sortGrants(grants: readonly Grant[]): readonly Grant[] {
  const byText = new Map(
    grants.map(({ object, permission }) => [`${object}\n${permission}`, { object, permission }] as const),
  );
  return [...byText.keys()].sort().map((text) => byText.get(text)!);
}
