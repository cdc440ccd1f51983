import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createRole,
  createServiceAccount,
  createToken,
  createUser,
  deleteRole,
  may,
  type Principal,
  toPrincipal,
  updateRole,
  updateServiceAccount,
  updateUser,
} from "../../src/access/index.ts";
import { builtInGrants, builtInRoles } from "../../src/core/access/built-in-roles.ts";
import { type Grant, objectTypes, permissions, type Verb, verbs } from "../../src/core/access/grant.ts";
import { memoryStore, type Store } from "../../src/store/index.ts";
import { samples } from "../samples.ts";

const organization = "default";
const self = "self@example.com";
const friend = "friend@example.com";
const boss = "boss@example.com";
const password = "a long password";
const admin: Principal = {
  organization,
  email: "root@example.com",
  kind: "root",
  admin: true,
  grants: [],
  via: "secret",
  address: undefined,
};

/** Who may edit roles, people and accounts, and is no administrator: whoever could raise themselves would be one. */
const keys: readonly Grant[] = ["role", "user", "service_accounts"].map((type) => ({
  object: `${type}:_all_default`,
  permission: "AllowAll",
}));

const grant: fc.Arbitrary<Grant> = fc.record({
  object: fc.constantFrom(
    "action_scripts:_all_default",
    "action_scripts:name:web-*",
    "action_scripts:name:web-a*",
    "runs:_all_default",
    "runs:name:*",
    "runs:abc",
    "secrets:_all_default",
    "stream:_all_default",
    "role:_all_other",
  ),
  permission: fc.constantFrom(...permissions),
});
const anyRole = fc.constantFrom("mine", "strong", ...builtInRoles.map(({ name }) => name));
const anyone = fc.constantFrom(self, friend, boss, "account@example.com");
const attempt = fc.oneof(
  fc.record({ kind: fc.constant("grant" as const), role: anyRole, grant }),
  fc.record({ kind: fc.constant("give" as const), role: anyRole, email: anyone }),
  fc.record({ kind: fc.constant("account" as const), grant }),
  fc.record({ kind: fc.constant("person" as const), role: anyRole, email: anyone }),
  fc.record({ kind: fc.constant("password" as const), email: anyone }),
  fc.record({ kind: fc.constant("token" as const), email: anyone, grant }),
);
type Attempt = typeof attempt extends fc.Arbitrary<infer One> ? One : never;

/** Everything that could be asked, in a form that can be compared. */
const wishes = objectTypes
  .filter(({ type }) => type !== "logs")
  .flatMap(({ type }) =>
    verbs.flatMap((verb) =>
      (
        [
          [undefined, undefined],
          ["abc", "db"],
          ["abd", "web-a1"],
          ["abe", "web-b"],
        ] as const
      ).map(([id, name]) => ({ type: type as Exclude<typeof type, "logs">, id, name, verb: verb as Verb })),
    ),
  );

async function allowed(store: Store, email: string): Promise<ReadonlySet<string>> {
  const known = await store.access.identify({ organization, email });
  if (known === undefined) return new Set();
  const principal = toPrincipal(known, organization, "secret", undefined);
  return new Set(wishes.filter((wish) => may(principal, wish)).map((wish) => JSON.stringify(wish)));
}

/** Tries it as who stands at `self` now. Answers whether it was done. */
async function carryOut(store: Store, one: Attempt): Promise<boolean> {
  const known = await store.access.identify({ organization, email: self });
  const principal = toPrincipal(known!, organization, "secret", undefined);
  const ask = { store: store.access, principal, now: 1 };
  const change = { add: [], remove: [], addUsers: [], removeUsers: [] };
  const update = async () => {
    switch (one.kind) {
      case "grant":
        return updateRole(ask, one.role, { ...change, add: [one.grant] });
      case "give":
        return updateRole(ask, one.role, { ...change, addUsers: [one.email] });
      case "account": {
        const email = "account@example.com";
        const made = { email, permissions: [one.grant] };
        if ((await store.access.identify({ organization, email })) === undefined)
          return createServiceAccount(ask, made);
        return updateServiceAccount(ask, { ...made, ifMatch: undefined });
      }
      case "person": {
        const fields = { firstName: undefined, lastName: undefined, newPassword: undefined };
        return updateUser(ask, { email: one.email, ...fields, roles: [one.role], verified: true });
      }
      case "password": {
        const fields = { firstName: undefined, lastName: undefined, roles: undefined };
        return updateUser(ask, { email: one.email, ...fields, newPassword: password, verified: false });
      }
      case "token":
        return createToken(
          ask,
          { name: "t", email: one.email, expiresAt: undefined, permissions: [one.grant] },
          () => `t${Math.random()}`,
        );
    }
  };
  return update().then(
    () => true,
    (error: { name: string }) => {
      if (error.name !== "AccessError") throw error;
      return false;
    },
  );
}

async function start(held: readonly Grant[], role: string | undefined): Promise<Store> {
  const store = await memoryStore();
  const ask = { store: store.access, principal: admin, now: 1 };
  const change = { add: [], remove: [], addUsers: [], removeUsers: [] };
  const person = { firstName: "", lastName: "", password };
  for (const email of [self, friend]) await createUser(ask, { ...person, email, roles: [] });
  await createUser(ask, { ...person, email: boss, roles: ["admin"] });
  await createRole(ask, "mine");
  await updateRole(ask, "mine", { ...change, add: [...keys, ...held], addUsers: [self] });
  if (role !== undefined) await updateRole(ask, role, { ...change, addUsers: [self] });
  await createRole(ask, "strong");
  await updateRole(ask, "strong", {
    ...change,
    add: [{ object: "audit:_all_default", permission: "AllowAll" }],
  });
  return store;
}

describe("nobody raises themselves or a friend", () => {
  it("by roles, people, accounts, passwords and tokens, in any order", async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(grant, { maxLength: 3 }),
        fc.constantFrom(undefined, "viewer", "operator", "editor"),
        fc.array(attempt, { minLength: 1, maxLength: 12 }),
        async (held, role, attempts) => {
          const store = await start(held, role);
          const before = await allowed(store, self);
          for (const one of attempts) if (await carryOut(store, one)) done += 1;
          for (const email of [self, friend, "account@example.com"])
            for (const wish of await allowed(store, email))
              expect(before, `${email} may ${wish}`).toContain(wish);
          await store.close();
        },
      ),
      samples(15, 500),
    );
    expect(done).toBeGreaterThan(0);
  }, 60_000);

  it("to administrator, though they may edit every role, and takes it from nobody", async () => {
    const store = await start([], "editor");
    for (const one of [
      { kind: "give", role: "admin", email: self },
      { kind: "person", role: "admin", email: self },
      { kind: "grant", role: "admin", grant: { object: "runs:_all_default", permission: "AllowGet" } },
      { kind: "password", email: boss },
      { kind: "person", role: "viewer", email: boss },
      { kind: "token", email: boss, grant: { object: "runs:_all_default", permission: "AllowGet" } },
    ] as const)
      expect(await carryOut(store, one), one.kind).toBe(false);
    expect((await store.access.identify({ organization, email: boss }))?.identity.admin).toBe(true);
    expect((await store.access.identify({ organization, email: self }))?.identity.admin).toBe(false);
    expect(await carryOut(store, { kind: "give", role: "operator", email: friend })).toBe(true);
    await store.close();
  });
});

describe("built-in roles", () => {
  it("are neither made nor changed nor deleted, and give what they say in each organization", async () => {
    const store = await memoryStore();
    const ask = { store: store.access, principal: admin, now: 1 };
    const change = { add: [], remove: [], addUsers: [], removeUsers: [] };
    for (const { name } of builtInRoles) {
      await expect(createRole(ask, name)).rejects.toThrow("none of the standard roles");
      const add = [{ object: "runs:_all_default", permission: "AllowPost" }] as const;
      await expect(updateRole(ask, name, { ...change, add })).rejects.toThrow("is a built-in role");
      await expect(deleteRole(ask, name)).rejects.toThrow("is a built-in role");
      expect(builtInGrants(name, "acme")?.every(({ object }) => object.endsWith(":_all_acme"))).toBe(true);
    }
    await store.close();
  });
});
