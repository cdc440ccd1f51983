import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccessStore, ApiToken, AuditEntry, Identity } from "../../../../src/access/ports.ts";
import { memoryStore, type Store } from "../../../../src/store/index.ts";

let store: Store;
let access: AccessStore;

beforeEach(async () => {
  store = await memoryStore();
  access = store.area("access");
});
afterEach(() => store.close());

const organization = "default";
const audit = (action: string, object: string): AuditEntry => ({
  at: 1,
  organization,
  actor: "root@example.com",
  action,
  object,
});
const account = (email: string, more: Partial<Identity> = {}): Identity => ({
  organization,
  email,
  kind: "service-account",
  admin: false,
  firstName: "",
  lastName: "",
  secretHash: "hash",
  hint: "abcd",
  permissions: [{ object: "stream:_all_default", permission: "AllowPost" }],
  managedBy: undefined,
  createdAt: 1,
  revision: 1,
  ...more,
});
/** A token as it is made. */
const apiToken = (more: Partial<ApiToken> = {}): ApiToken => ({
  id: "t1",
  organization,
  email: "a@example.com",
  name: "ci",
  createdAt: 1,
  createdBy: "a@example.com",
  expiresAt: undefined,
  lastUsedAt: undefined,
  narrowed: undefined,
  ...more,
});
const create = (identity: Identity) =>
  access.createIdentity({ identity, audit: audit("create", `service_accounts:${identity.email}`) });

describe("identities", () => {
  it("come back as they were written, in their own organization only", async () => {
    expect(await create(account("a@example.com"))).toBe("created");
    const known = await access.identify({ organization, email: "a@example.com" });
    expect(known).toEqual({
      identity: account("a@example.com"),
      grants: [{ object: "stream:_all_default", permission: "AllowPost" }],
      roles: [],
    });
    expect(await access.identify({ organization: "other", email: "a@example.com" })).toBeUndefined();
    expect(await access.listIdentities({ organization, kind: "user" })).toEqual([]);
    expect(await access.listIdentities({ organization, kind: "service-account" })).toHaveLength(1);
  });

  it("exist once; the root's e-mail is taken everywhere", async () => {
    await access.putRoot({ email: "root@example.com", secretHash: "h", at: 1 });
    await create(account("a@example.com"));
    expect(await create(account("a@example.com"))).toBe("exists");
    expect(await create(account("root@example.com"))).toBe("exists");
  });

  it("change only at the revision that was seen", async () => {
    await create(account("a@example.com"));
    const change = { permissions: [], managedBy: "team" };
    const write = { organization, email: "a@example.com", change, audit: audit("update", "x:y") };
    expect(await access.updateIdentity({ ...write, revision: 2 })).toBe("stale");
    expect(await access.updateIdentity({ ...write, revision: 1 })).toBe("written");
    expect(await access.updateIdentity({ ...write, revision: 1 })).toBe("stale");
    expect(await access.updateIdentity({ ...write, email: "b@example.com", revision: undefined })).toBe(
      "missing",
    );
    const known = await access.identify({ organization, email: "a@example.com" });
    expect(known?.identity).toEqual(
      account("a@example.com", { permissions: [], managedBy: "team", revision: 2 }),
    );
  });

  it("end with their tokens and roles, so that a namesake inherits nothing", async () => {
    await create(account("a@example.com"));
    await access.createRole({ organization, name: "sre", audit: audit("create", "role:sre") });
    await access.updateRole({
      organization,
      name: "sre",
      change: {
        add: [{ object: "role:_all_default", permission: "AllowAll" }],
        remove: [],
        addUsers: ["a@example.com"],
        removeUsers: [],
      },
      audit: audit("update", "role:sre"),
    });
    const token = apiToken();
    await access.createToken({ token, tokenHash: "th", audit: audit("create", "token:t1") });
    expect((await access.identify({ organization, email: "a@example.com" }))?.grants).toHaveLength(2);

    const gone = { organization, email: "a@example.com", audit: audit("delete", "x:y") };
    expect(await access.deleteIdentity({ ...gone, revision: 7 })).toBe("stale");
    expect(await access.deleteIdentity({ ...gone, revision: undefined })).toBe("written");
    expect(await access.deleteIdentity({ ...gone, revision: undefined })).toBe("missing");
    await create(account("a@example.com", { permissions: [] }));
    expect((await access.identify({ organization, email: "a@example.com" }))?.grants).toEqual([]);
    expect(await access.identifyToken({ organization, id: "t1", now: 2 })).toBeUndefined();
  });
});

describe("root", () => {
  it("is one, at home in every organization, and takes its tokens along when replaced", async () => {
    await access.putRoot({ email: "one@example.com", secretHash: "h1", at: 1 });
    const token = apiToken({ id: "t", email: "one@example.com" });
    await access.createToken({ token, tokenHash: "th", audit: audit("create", "token:t") });
    expect((await access.identifyToken({ organization, id: "t", now: 2 }))?.identity.secretHash).toBe("h1");
    await access.putRoot({ email: "one@example.com", secretHash: "h2", at: 2 });
    expect(await access.identifyToken({ organization, id: "t", now: 2 })).toBeUndefined();
    expect((await access.identify({ organization: "any", email: "one@example.com" }))?.identity.admin).toBe(
      true,
    );
    await access.putRoot({ email: "two@example.com", secretHash: "h3", at: 3 });
    expect((await access.root({}))?.email).toBe("two@example.com");
    expect(await access.identify({ organization, email: "one@example.com" })).toBeUndefined();
    expect(await access.listTokens({ organization, email: undefined })).toEqual([]);
  });
});

describe("tokens", () => {
  it("act within their organization until they expire", async () => {
    await create(account("a@example.com"));
    const token = apiToken({ expiresAt: 10 });
    await access.createToken({ token, tokenHash: "th", audit: audit("create", "token:t1") });
    const ask = { organization, id: "t1" };
    expect(await access.identifyToken({ ...ask, now: 9 })).toMatchObject({ token, tokenHash: "th" });
    expect(await access.identifyToken({ ...ask, now: 10 })).toBeUndefined();
    expect(await access.identifyToken({ ...ask, organization: "other", now: 9 })).toBeUndefined();
    expect(await access.listTokens({ organization, email: "b@example.com" })).toEqual([]);
    const gone = { ...ask, audit: audit("delete", "token:t1") };
    expect(await access.deleteToken({ ...gone, organization: "other" })).toBe("missing");
    expect(await access.deleteToken(gone)).toBe("written");
  });
});

describe("expired tokens", () => {
  it("are listed for a month, then forgotten when another is made", async () => {
    await create(account("a@example.com"));
    const day = 86_400_000_000;
    const make = (id: string, createdAt: number, expiresAt: number | undefined) =>
      access.createToken({
        token: apiToken({ id, createdAt, expiresAt }),
        tokenHash: "th",
        audit: audit("create", `token:${id}`),
      });
    const ids = async () => (await access.listTokens({ organization, email: undefined })).map(({ id }) => id);
    await make("t1", 0, day);
    await make("t2", 0, undefined);
    await make("t3", 31 * day, 32 * day);
    expect(await ids()).toEqual(["t3", "t2", "t1"]);
    await make("t4", 31 * day + 1, undefined);
    expect(await ids()).toEqual(["t4", "t3", "t2"]);
  });
});

describe("roles", () => {
  it("hold permissions and people, once each", async () => {
    const ref = { organization, name: "sre" };
    const get = { object: "stream:a", permission: "AllowGet" } as const;
    const post = { object: "stream:a", permission: "AllowPost" } as const;
    expect(await access.createRole({ ...ref, audit: audit("create", "role:sre") })).toBe("created");
    expect(await access.createRole({ ...ref, audit: audit("create", "role:sre") })).toBe("exists");
    const change = {
      add: [post, get, get],
      remove: [],
      addUsers: ["b@x.org", "a@x.org", "a@x.org"],
      removeUsers: [],
    };
    await access.updateRole({ ...ref, change, audit: audit("update", "role:sre") });
    expect(await access.findRole(ref)).toEqual({
      name: "sre",
      permissions: [get, post],
      users: ["a@x.org", "b@x.org"],
    });
    const less = { add: [], remove: [post], addUsers: [], removeUsers: ["b@x.org"] };
    await access.updateRole({ ...ref, change: less, audit: audit("update", "role:sre") });
    expect(await access.findRole(ref)).toEqual({ name: "sre", permissions: [get], users: ["a@x.org"] });
    expect(await access.rolesOf({ organization, email: "a@x.org" })).toEqual(["sre"]);
    expect(await access.listRoles({ organization: "other" })).toEqual([]);
    expect(await access.deleteRole({ ...ref, audit: audit("delete", "role:sre") })).toBe("written");
    expect(await access.rolesOf({ organization, email: "a@x.org" })).toEqual([]);
  });
});

describe("the audit", () => {
  it("has a row for each change and none for what was refused", async () => {
    await create(account("a@example.com"));
    await create(account("a@example.com"));
    await access.recordAudit(audit("sync", "action_scripts:_all_default"));
    const rows = await access.readAudit({ organization, before: undefined, limit: 10 });
    expect(rows.map((row) => row.action)).toEqual(["sync", "create"]);
    expect(await access.readAudit({ organization, before: rows[0], limit: 10 })).toHaveLength(1);
    expect(await access.readAudit({ organization: "other", before: undefined, limit: 10 })).toEqual([]);
  });
});

describe("the key check", () => {
  it("is kept once and for all", async () => {
    expect(await access.keyCheck({})).toBeUndefined();
    await access.setKeyCheck({ text: "first" });
    await access.setKeyCheck({ text: "second" });
    expect(await access.keyCheck({})).toBe("first");
  });
});
