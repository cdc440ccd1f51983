import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  accountDigest,
  accountEtag,
  createRole,
  createServiceAccount,
  deleteRole,
  deleteServiceAccount,
  ensureRoot,
  listRoles,
  listServiceAccounts,
  type Principal,
  readRole,
  rolesOf,
  rotateServiceAccountToken,
  updateRole,
  updateServiceAccount,
} from "../../src/access/index.ts";
import type { Grant, Permission } from "../../src/core/access/grant.ts";
import { memoryStore, type Store } from "../../src/store/index.ts";

const organization = "default";
let store: Store;

beforeEach(async () => {
  store = await memoryStore();
});
afterEach(() => store.close());

const grant = (object: string, permission: Permission): Grant => ({ object, permission });
const principal = (grants: readonly Grant[], admin = false): Principal => ({
  organization,
  email: "who@example.com",
  kind: "service-account",
  admin,
  grants,
  address: undefined,
  via: "secret",
});
const as = (who: Principal, now = 1) => ({ store: store.access, principal: who, now });
const admin = principal([], true);
const editor = principal([
  grant("service_accounts:_all_default", "AllowAll"),
  grant("role:_all_default", "AllowAll"),
  grant("action_scripts:_all_default", "AllowGet"),
]);
const nobody = principal([]);
const getScripts = grant("action_scripts:_all_default", "AllowGet");
const allStreams = grant("stream:_all_default", "AllowAll");
const email = "sa@example.com";
const anyTag = { email, ifMatch: undefined };

describe("service accounts", () => {
  it("need the permission for each verb", async () => {
    await createServiceAccount(as(admin), { email });
    for (const attempt of [
      () => listServiceAccounts(as(nobody)),
      () => createServiceAccount(as(nobody), { email: "b@example.com" }),
      () => updateServiceAccount(as(nobody), { ...anyTag, permissions: [] }),
      () => rotateServiceAccountToken(as(nobody), anyTag),
      () => deleteServiceAccount(as(nobody), anyTag),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await listServiceAccounts(as(editor))).toHaveLength(1);
  });

  it("never get more than whoever edits them has", async () => {
    const more = { email, permissions: [getScripts, allStreams] };
    await expect(createServiceAccount(as(editor), more)).rejects.toThrow(/does not hold AllowAll on stream/);
    await createServiceAccount(as(editor), { email, permissions: [getScripts] });
    await expect(updateServiceAccount(as(editor), { ...anyTag, ...more })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await updateServiceAccount(as(admin), { ...anyTag, ...more });
    await updateServiceAccount(as(editor), { ...anyTag, permissions: [allStreams] });
  });

  it("show no token to whoever may edit them: only an administrator rotates", async () => {
    await createServiceAccount(as(admin), { email, permissions: [allStreams] });
    await expect(rotateServiceAccountToken(as(editor), anyTag)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await rotateServiceAccountToken(as(admin), anyTag)).token).toMatch(/^[0-9A-Za-z]{16}$/);
  });

  it("have one digest for their permissions in any order, and an ETag that each change moves", async () => {
    const { identity } = await createServiceAccount(as(admin), {
      email,
      permissions: [allStreams, getScripts],
    });
    const same = await updateServiceAccount(as(admin), { ...anyTag, permissions: [getScripts, allStreams] });
    expect(accountDigest(same)).toBe(accountDigest(identity));
    expect(accountEtag(same)).not.toBe(accountEtag(identity));
    const stale = { email, ifMatch: accountEtag(identity) };
    await expect(updateServiceAccount(as(admin), { ...stale, firstName: "x" })).rejects.toMatchObject({
      code: "STALE",
    });
    await expect(deleteServiceAccount(as(admin), stale)).rejects.toMatchObject({ code: "STALE" });
    await deleteServiceAccount(as(admin), { email, ifMatch: accountEtag(same) });
    const anew = await createServiceAccount(as(admin, 2), { email });
    expect(accountEtag(anew.identity)).not.toBe(accountEtag(identity));
  });

  it("keep objects of unknown types, and refuse what is no object, permission or e-mail", async () => {
    const future = grant("workflows:_all_default", "AllowAll");
    const { identity } = await createServiceAccount(as(admin), { email, permissions: [future] });
    expect(identity.permissions).toEqual([future]);
    for (const permissions of [
      [{ object: "x", permission: "AllowGet" }],
      [{ object: "stream:a", permission: "All" }],
    ])
      await expect(updateServiceAccount(as(admin), { ...anyTag, permissions })).rejects.toMatchObject({
        code: "INVALID",
      });
    for (const bad of [
      "",
      "x",
      "a b@example.com",
      "a:b@example.com",
      "ä@example.com",
      "a@b\n",
      `${"a".repeat(260)}@b`,
    ])
      await expect(createServiceAccount(as(admin), { email: bad })).rejects.toThrow("Invalid email");
  });

  it("exist once, whatever the case of their e-mail, and not beside root's", async () => {
    await ensureRoot(store.access, { email: "root@example.com", password: undefined, now: 1 });
    await createServiceAccount(as(admin), { email: "SA@example.com" });
    for (const taken of [email, "Root@example.com"])
      await expect(createServiceAccount(as(admin), { email: taken })).rejects.toThrow("User already exists");
    const missing = { email: "none@example.com", ifMatch: undefined };
    await expect(deleteServiceAccount(as(admin), missing)).rejects.toMatchObject({ code: "MISSING" });
    await expect(
      updateServiceAccount(as(admin), { email: "root@example.com", ifMatch: undefined, firstName: "x" }),
    ).rejects.toMatchObject({ code: "MISSING" });
  });
});

describe("roles", () => {
  const change = { add: [], remove: [], addUsers: [], removeUsers: [] };

  it("give their members what they hold", async () => {
    await createServiceAccount(as(admin), { email });
    await createRole(as(admin), "sre");
    await updateRole(as(admin), "sre", { ...change, add: [allStreams], addUsers: ["SA@example.com"] });
    expect(await readRole(as(admin), "sre")).toEqual({
      name: "sre",
      permissions: [allStreams],
      users: [email],
    });
    expect((await store.access.identify({ organization, email }))?.grants).toEqual([allStreams]);
    expect(await rolesOf(as(admin), email)).toEqual(["sre"]);
    await deleteRole(as(admin), "sre");
    expect((await store.access.identify({ organization, email }))?.grants).toEqual([]);
  });

  it("never lift anybody above whoever edits them", async () => {
    await createServiceAccount(as(admin), { email });
    await createRole(as(editor), "mine");
    await expect(updateRole(as(editor), "mine", { ...change, add: [allStreams] })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await createRole(as(admin), "strong");
    await updateRole(as(admin), "strong", { ...change, add: [allStreams] });
    await expect(updateRole(as(editor), "strong", { ...change, addUsers: [email] })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await updateRole(as(editor), "mine", { ...change, add: [getScripts], addUsers: [email] });
    // Taken off, it would be taken from everybody who has it.
    await expect(deleteRole(as(editor), "strong")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await deleteRole(as(editor), "mine");
  });

  it("refuse an e-mail that is one of ASCII in lower case only: the Kelvin sign is no k", async () => {
    await expect(createServiceAccount(as(admin), { email: "\u212aim@example.com" })).rejects.toMatchObject({
      code: "INVALID",
    });
  });

  it("need the permission for each verb, but everybody may ask for their own", async () => {
    await createRole(as(admin), "sre");
    for (const attempt of [
      () => listRoles(as(nobody)),
      () => readRole(as(nobody), "sre"),
      () => createRole(as(nobody), "other"),
      () => updateRole(as(nobody), "sre", change),
      () => deleteRole(as(nobody), "sre"),
      () => rolesOf(as(nobody), email),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await rolesOf(as(nobody), nobody.email)).toEqual([]);
  });

  it("refuse names of OpenObserve's own, strangers, and what is not there", async () => {
    for (const name of ["admin", "Root", "", "a b", "a/b", "é", "x".repeat(65)])
      await expect(createRole(as(admin), name)).rejects.toMatchObject({ code: "INVALID" });
    await createRole(as(admin), "sre");
    await expect(createRole(as(admin), "sre")).rejects.toThrow("Role already exists");
    await expect(
      updateRole(as(admin), "sre", { ...change, addUsers: ["none@example.com"] }),
    ).rejects.toMatchObject({ code: "INVALID" });
    await expect(deleteRole(as(admin), "none")).rejects.toMatchObject({ code: "MISSING" });
  });
});

describe("root", () => {
  const given = { email: undefined, password: undefined, now: 1 };

  it("gets a password at the first start, shown once, and keeps it", async () => {
    const first = await ensureRoot(store.access, given);
    expect(first.email).toBe("root@example.com");
    expect(first.password).toMatch(/^[0-9A-Za-z]{20}$/);
    expect(await ensureRoot(store.access, given)).toEqual({ email: first.email, password: undefined });
    expect(JSON.stringify(await store.access.root({}))).not.toContain(first.password);
  });

  it("takes the password that is given, then and later", async () => {
    await ensureRoot(store.access, { ...given, password: "first password" });
    const before = await store.access.root({});
    await ensureRoot(store.access, { ...given, password: "first password" });
    expect((await store.access.root({}))?.secretHash).toBe(before?.secretHash);
    await ensureRoot(store.access, { ...given, password: "second password" });
    expect((await store.access.root({}))?.secretHash).not.toBe(before?.secretHash);
    await ensureRoot(store.access, { ...given, email: "Boss@example.com" });
    expect((await store.access.root({}))?.email).toBe("boss@example.com");
  });
});
