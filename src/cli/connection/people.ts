import { naming } from "./named-refusal.ts";

/** A person as the server lists them. Instants in microseconds. */
export interface UserJson {
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly role: string;
  readonly roles: readonly string[];
  readonly created_at: number;
}
/** What is said of a person; of several roles the first is `role`, as the API has it. */
export interface UserChange {
  readonly role?: string;
  readonly custom_role?: readonly string[];
  readonly first_name?: string;
  readonly last_name?: string;
  readonly password?: string | undefined;
  readonly change_password?: true;
  readonly old_password?: string | undefined;
  readonly new_password?: string | undefined;
}
export interface GrantJson {
  readonly object: string;
  readonly permission: string;
}
export interface TokenJson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly created_at: number;
  readonly created_by: string | null;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly role: string | null;
  readonly permissions: readonly GrantJson[] | null;
}
export interface TokenAsked {
  readonly name: string;
  readonly email: string | undefined;
  readonly expires_at: number | undefined;
  readonly role: string | undefined;
  readonly permissions: readonly GrantJson[] | undefined;
}
export interface RoleChangeAsked {
  readonly add?: readonly GrantJson[];
  readonly remove?: readonly GrantJson[];
  readonly add_users?: readonly string[];
  readonly remove_users?: readonly string[];
}

/** What the commands about people ask of a server. Every method throws a CliError that says what to do. */
export interface People {
  users(): Promise<readonly UserJson[]>;
  user(email: string): Promise<UserJson>;
  addUser(user: UserChange & { readonly email: string }): Promise<void>;
  /** Its name, its roles, its password. */
  changeUser(email: string, change: UserChange): Promise<void>;
  deleteUser(email: string): Promise<void>;
  logOut(email: string): Promise<void>;
  tokens(): Promise<readonly TokenJson[]>;
  /** With its text, which is shown this once. */
  createToken(asked: TokenAsked): Promise<TokenJson & { readonly token: string }>;
  deleteToken(id: string): Promise<void>;
  roles(): Promise<readonly string[]>;
  role(
    name: string,
  ): Promise<{ readonly permissions: readonly GrantJson[]; readonly users: readonly string[] }>;
  createRole(name: string): Promise<void>;
  changeRole(name: string, change: RoleChangeAsked): Promise<void>;
  deleteRole(name: string): Promise<void>;
}

/** Sends JSON, where there is some, and answers the answer. */
export type SendJson = <T>(method: string, path: string, body?: unknown) => Promise<T>;

export function people(send: SendJson): People {
  const user = (email: string) => `/users/${encodeURIComponent(email)}`;
  const role = (name: string) => `/roles/${encodeURIComponent(name)}`;
  return {
    users: async () => (await send<{ data: readonly UserJson[] }>("GET", "/users")).data,
    user: (email) => naming({ email }, send("GET", user(email))),
    addUser: (sent) => naming({ ...sent, role: rolesOf(sent) }, send("POST", "/users", sent)),
    changeUser: (email, change) => naming({ email, role: rolesOf(change) }, send("PUT", user(email), change)),
    deleteUser: (email) => naming({ email }, send("DELETE", user(email))),
    logOut: (email) => naming({ email }, send("POST", `${user(email)}/logout`)),
    tokens: async () => (await send<{ items: readonly TokenJson[] }>("GET", "/tokens")).items,
    createToken: (asked) => naming({ email: asked.email }, send("POST", "/tokens", asked)),
    deleteToken: (id) => naming({ token: id }, send("DELETE", `/tokens/${encodeURIComponent(id)}`)),
    roles: () => send("GET", "/roles"),
    role: async (name) => {
      const [permissions, users] = await naming(
        { role: name },
        Promise.all([
          send<readonly GrantJson[]>("GET", `${role(name)}/permissions`),
          send<readonly string[]>("GET", `${role(name)}/users`),
        ]),
      );
      return { permissions, users };
    },
    createRole: (name) => naming({ role: name }, send("POST", "/roles", { role: name })),
    changeRole: (name, change) => naming({ role: name }, send("PUT", role(name), change)),
    deleteRole: (name) => naming({ role: name }, send("DELETE", role(name))),
  };
}

/** Those that somebody is to have, for a sentence about the one that there is not. */
const rolesOf = ({ role, custom_role: more = [] }: UserChange): string | undefined =>
  role === undefined ? undefined : [role, ...more].join('" or "');
