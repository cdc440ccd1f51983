import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Authenticate,
  createAuthenticate,
  createRole,
  createServiceAccount,
  createToken,
  deleteRole,
  deleteServiceAccount,
  deleteToken,
  ensureRoot,
  listTokens,
  may,
  type Principal,
  receiverAddresses,
  rotateServiceAccountToken,
  runCredentials,
  updateRole,
} from "../../src/access/index.ts";
import { ksuid } from "../../src/core/wire/ksuid.ts";
import { memoryStore, type Store } from "../../src/store/index.ts";

const organization = "default";
let store: Store;
let now: number;
let running: Set<string>;
let authenticate: Authenticate;
const credentials = runCredentials(randomBytes(32));
const addresses = receiverAddresses(randomBytes(32));

beforeEach(async () => {
  store = await memoryStore();
  now = Date.UTC(2026, 0);
  running = new Set();
  await ensureRoot(store.access, { email: "root@example.com", password: "correct horse", now: 1 });
  authenticate = await createAuthenticate({
    store: store.access,
    runCredentials: credentials,
    receiverAddresses: addresses,
    isRunning: async (_, run) => running.has(run),
    now: () => now,
  });
});
afterEach(() => store.close());

const basic = (email: string, password: string) =>
  `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`;
const login = (authorization: string | undefined, more: { organization?: string; address?: string } = {}) =>
  authenticate({ authorization, organization, address: "127.0.0.1", signature: undefined, ...more });
const root = (): Promise<Principal> => login(basic("root@example.com", "correct horse"));
const ask = async () => ({ store: store.access, principal: await root(), now: now * 1000 });
const newId = () => ksuid(now, randomBytes(16));
const refused = { code: "UNAUTHENTICATED" };

describe("logging in", () => {
  it("takes root in every organization", async () => {
    expect(await login(basic("ROOT@example.com", "correct horse"), { organization: "acme" })).toMatchObject({
      organization: "acme",
      email: "root@example.com",
      admin: true,
      via: "secret",
    });
  });

  it("refuses nothing, garbage, strangers and wrong passwords alike", async () => {
    for (const authorization of [
      undefined,
      "Bearer nothing",
      basic("root@example.com", "wrong"),
      basic("root@example.com", ""),
      basic("stranger@example.com", "correct horse"),
      basic("stranger@example.com", "nobody has this hash"),
      `Bearer rota_${newId()}_${"x".repeat(32)}`,
    ])
      await expect(login(authorization)).rejects.toMatchObject({
        ...refused,
        message: "Unauthorized Access",
      });
  });

  it("takes a service account's token within its organization until it is rotated or the account ends", async () => {
    const { token } = await createServiceAccount(await ask(), { email: "sa@example.com" });
    const header = basic("sa@example.com", token);
    expect(await login(header)).toMatchObject({ kind: "service-account", admin: false });
    await expect(login(header, { organization: "acme" })).rejects.toMatchObject(refused);
    const who = { email: "sa@example.com", ifMatch: undefined };
    const rotated = await rotateServiceAccountToken(await ask(), who);
    await expect(login(header)).rejects.toMatchObject(refused);
    const anew = basic("sa@example.com", rotated.token);
    expect((await login(anew)).email).toBe("sa@example.com");
    await deleteServiceAccount(await ask(), who);
    await expect(login(anew)).rejects.toMatchObject(refused);
  });

  it("takes a run's credential while the run is alive", async () => {
    await createServiceAccount(await ask(), { email: "sa@example.com" });
    const run = newId();
    const expires = (now + 60_000) * 1000;
    const header = basic(
      "sa@example.com",
      credentials.mint({ organization, email: "sa@example.com", run, expires }),
    );
    await expect(login(header)).rejects.toMatchObject(refused);
    running.add(run);
    expect(await login(header)).toMatchObject({ email: "sa@example.com", via: "run" });
    running.delete(run);
    await expect(login(header)).rejects.toMatchObject(refused);
    running.add(run);
    now += 60_000;
    await expect(login(header)).rejects.toMatchObject(refused);
  });

  it("takes an API token until it expires or is deleted", async () => {
    const sent = { name: "ci", email: undefined, expiresAt: (now + 1000) * 1000 };
    const { text } = await createToken(await ask(), sent, newId);
    expect(await login(`Bearer ${text}`)).toMatchObject({ email: "root@example.com", via: "api-token" });
    await expect(login(`Bearer ${text}`, { organization: "acme" })).rejects.toMatchObject(refused);
    now += 1000;
    await expect(login(`Bearer ${text}`)).rejects.toMatchObject(refused);
    const lasting = await createToken(await ask(), { ...sent, expiresAt: undefined }, newId);
    expect((await login(`Bearer ${lasting.text}`)).via).toBe("api-token");
    await deleteToken(await ask(), lasting.token.id);
    await expect(login(`Bearer ${lasting.text}`)).rejects.toMatchObject(refused);
  });

  it("never lets an API token or a run make another token", async () => {
    const { text } = await createToken(
      await ask(),
      { name: "", email: undefined, expiresAt: undefined },
      newId,
    );
    const principal = await login(`Bearer ${text}`);
    const sent = { name: "more", email: undefined, expiresAt: undefined };
    await expect(createToken({ ...(await ask()), principal }, sent, newId)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});

describe("guessing", () => {
  const wrong = async (times: number, address: string, email = "root@example.com", word = "wrong") => {
    const codes: string[] = [];
    for (let time = 0; time < times; time++)
      await login(basic(email, `${word} ${time}`), { address }).catch((error) => codes.push(error.code));
    return codes;
  };
  const right = (address: string) => login(basic("root@example.com", "correct horse"), { address });

  it("at one account from one address ends after ten failures, and goes on later", async () => {
    const codes = await wrong(11, "192.0.2.1");
    expect(codes.slice(0, 10)).toEqual(Array(10).fill("UNAUTHENTICATED"));
    expect(codes[10]).toBe("TOO_MANY_FAILURES");
    await expect(right("192.0.2.1")).rejects.toMatchObject({ code: "TOO_MANY_FAILURES", retryAfter: 6 });
    now += 6000;
    expect((await right("192.0.2.1")).admin).toBe(true);
  });

  it("at many accounts from one address ends after twenty failures", async () => {
    const codes: string[] = [];
    for (let account = 0; account < 21; account++)
      codes.push(...(await wrong(1, "192.0.2.1", `stranger${account}@example.com`)));
    expect(codes.slice(0, 20)).toEqual(Array(20).fill("UNAUTHENTICATED"));
    expect(codes[20]).toBe("TOO_MANY_FAILURES");
  });

  it("never locks out whoever was logged in", async () => {
    await root();
    await wrong(21, "192.0.2.1");
    expect((await right("192.0.2.1")).admin).toBe(true);
  });

  it("from any number of addresses keeps nobody with the right password out elsewhere", async () => {
    for (let machine = 0; machine < 12; machine++)
      await wrong(10, `192.0.2.${machine}`, "root@example.com", `wrong ${machine}`);
    expect((await right("198.51.100.7")).admin).toBe(true);
  });

  it("does not count one wrong password that comes again and again, as that of an old script", async () => {
    for (let time = 0; time < 50; time++)
      await expect(login(basic("root@example.com", "last year's"))).rejects.toMatchObject(refused);
    expect((await root()).admin).toBe(true);
  });

  it("does not count many right logins at once", async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => root()));
    expect(all.every((principal) => principal.admin)).toBe(true);
  });
});

describe("an API token", () => {
  const make = async (more: Partial<Parameters<typeof createToken>[1]>) =>
    createToken(await ask(), { name: "ci", email: undefined, expiresAt: undefined, ...more }, newId);
  const list = async () => (await listTokens(await ask()))[0];

  it("that is narrowed may what both allow, and makes nobody an administrator", async () => {
    const { text } = await make({
      permissions: [{ object: "action_scripts:name:web-*", permission: "AllowGet" }],
    });
    const narrowed = await login(`Bearer ${text}`);
    expect(narrowed.admin).toBe(false);
    const read = (name: string) => may(narrowed, { type: "action_scripts", id: newId(), name, verb: "Get" });
    expect([read("web-1"), read("db-1")]).toEqual([true, false]);
    expect(may(narrowed, { type: "user", id: undefined, verb: "List" })).toBe(false);
  });

  it("of a role gives what the role gives at the time, and nothing once the role is gone", async () => {
    await createRole(await ask(), "narrow");
    const { text } = await make({ role: "narrow" });
    const starts = async () =>
      may(await login(`Bearer ${text}`), { type: "runs", id: undefined, verb: "Post" });
    expect(await starts()).toBe(false);
    const change = { add: [], remove: [], addUsers: [], removeUsers: [] };
    const add = [{ object: "runs:_all_default", permission: "AllowPost" }];
    await updateRole(await ask(), "narrow", { ...change, add });
    expect(await starts()).toBe(true);
    await deleteRole(await ask(), "narrow");
    expect(await starts()).toBe(false);
    await expect(make({ role: "narrow" })).rejects.toMatchObject({ code: "INVALID" });
  });

  it("tells to the minute when it was used last, without a write for each request", async () => {
    let writes = 0;
    const counting = {
      identify: (who: { organization: string; email: string }) => store.access.identify(who),
      identifyToken: (token: { organization: string; id: string; now: number }) =>
        store.access.identifyToken(token),
      receiverAddress: async () => undefined,
      touchToken: (use: { id: string; at: number }) => {
        writes += 1;
        return store.access.touchToken(use);
      },
    };
    authenticate = await createAuthenticate({
      store: counting,
      runCredentials: credentials,
      receiverAddresses: receiverAddresses(randomBytes(32)),
      isRunning: async () => false,
      now: () => now,
    });
    const { text, token } = await make({});
    expect(token.lastUsedAt).toBeUndefined();
    now += 61_500;
    for (let time = 0; time < 10; time++) {
      await login(`Bearer ${text}`);
      // Is answered after what was asked of the store before.
      await store.access.root({});
    }
    expect(writes).toBe(1);
    expect((await list())?.lastUsedAt).toBe((now - 1500) * 1000);
    now += 60_000;
    await login(`Bearer ${text}`);
    await store.access.root({});
    expect((await list())?.lastUsedAt).toBe((now - 1500) * 1000);
  });

  it("tells who made it, and one of a service account acts as that", async () => {
    await createServiceAccount(await ask(), { email: "sa@example.com" });
    const { text } = await make({ email: "SA@example.com" });
    expect(await login(`Bearer ${text}`)).toMatchObject({ email: "sa@example.com", kind: "service-account" });
    expect(await list()).toMatchObject({ email: "sa@example.com", createdBy: "root@example.com" });
  });
});
