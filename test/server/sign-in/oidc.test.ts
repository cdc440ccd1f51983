import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, type Started, startServer } from "../start-server.ts";
import { Browser, type Page } from "./browser.ts";
import { client, type RealProvider, realProvider, signInAs, upToCallback } from "./real-provider.ts";

let provider: RealProvider;
let started: Started;
let now = 0;

beforeAll(async () => {
  provider = await realProvider();
  started = await startServer(
    { now: () => Date.now() + now },
    {
      ROTA_OIDC_ISSUER: provider.issuer,
      ROTA_OIDC_CLIENT_ID: client.id,
      ROTA_OIDC_CLIENT_SECRET: client.secret,
      ROTA_OIDC_ROLES:
        'sre=runners, "cn=leads,dc=example"=leads, *=everybody, ghosts=not_there, chiefs=admin',
      ROTA_OIDC_NAME: "Example login",
    },
  );
  provider.redirectUris.push(`${started.address}/oidc/callback`);
  for (const role of ["runners", "leads", "everybody", "by_hand"]) await role_(role);
});
afterAll(async () => {
  await started.stop();
  await provider.stop();
});

const at = (path: string) => `${started.address}${path}`;
const asRoot = (method: string, path: string, body?: object) =>
  fetch(at(`/api/default/${path}`), {
    method,
    headers: { authorization: started.login, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
async function role_(name: string): Promise<void> {
  expect((await asRoot("POST", "roles", { role: name })).status).toBeLessThan(300);
  const add = [{ object: "action_scripts:_all_default", permission: "AllowList" }];
  const body = { add, remove: [], add_users: [], remove_users: [] };
  expect((await asRoot("PUT", `roles/${name}`, body)).status).toBe(200);
}
const person = (email: string, groups: readonly string[] = [], more: object = {}) => ({
  email,
  email_verified: true,
  given_name: "Ada",
  family_name: "Example",
  groups,
  ...more,
});
const mine = async (browser: Browser) => JSON.parse((await browser.ask(at("/api/default/session"))).text);
const signIn = (account: string, browser?: Browser, query?: string) =>
  signInAs(account, started.address, browser, query);
/** Refused: a page with a sentence, and no session. */
function refused(page: Page, status: number, sentence: RegExp): void {
  expect(page.status, page.text).toBe(status);
  expect(page.headers["content-type"]).toMatch(/^text\/html/);
  expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'/);
  expect(page.text).toMatch(sentence);
  expect(page.cookies.filter((line) => line.includes("rota_session"))).toEqual([]);
}

describe("somebody who signs in", () => {
  it("is made with the roles of their groups, and has a session", async () => {
    provider.accounts.set("ada", person("Ada@Example.com", ["sre", "cn=leads,dc=example", "unknown"]));
    const { browser, page } = await signIn("ada", undefined, "?return=/runs%3Fstate%3Dfailed");
    expect(page.status).toBe(303);
    expect(page.location).toBe("/runs?state=failed");
    expect(page.cookies.join("\n")).toMatch(/rota_signin=; Path=\/; Max-Age=0;/);
    expect(page.cookies.join("\n")).toMatch(/rota_session=[A-Za-z0-9_-]{43}; .*HttpOnly; SameSite=Strict/);
    expect(await mine(browser)).toMatchObject({
      email: "ada@example.com",
      kind: "user",
      admin: false,
      via: "session",
      organizations: ["default"],
      roles: ["everybody", "leads", "runners"],
      session: { signed_in_by: "oidc" },
    });
  });

  it("loses the roles that the provider says no more, and keeps those that were given by hand", async () => {
    provider.accounts.set("bob", person("bob@example.com", ["sre"]));
    await signIn("bob");
    const byHand = { add: [], remove: [], add_users: ["bob@example.com"], remove_users: [] };
    expect((await asRoot("PUT", "roles/by_hand", byHand)).status).toBe(200);
    expect((await asRoot("PUT", "roles/leads", byHand)).status).toBe(200);
    provider.accounts.set("bob", person("bob@example.com", ["cn=leads,dc=example"]));
    expect((await mine((await signIn("bob")).browser)).roles).toEqual(["by_hand", "everybody", "leads"]);
    provider.accounts.set("bob", person("bob@example.com", []));
    expect((await mine((await signIn("bob")).browser)).roles).toEqual(["by_hand", "everybody", "leads"]);
    provider.accounts.set("bob", person("bob@example.com", ["sre"]));
    expect((await mine((await signIn("bob")).browser)).roles).toEqual([
      "by_hand",
      "everybody",
      "leads",
      "runners",
    ]);
  });

  it("may have a built-in role; an administrator by it is not root, and is none any more when the provider says so", async () => {
    provider.accounts.set("gina", person("gina@example.com", ["chiefs", "ghosts"]));
    const { browser } = await signIn("gina");
    expect(await mine(browser)).toMatchObject({ kind: "user", admin: true, roles: ["admin", "everybody"] });
    expect((await browser.ask(at("/api/acme/actions"))).status).toBe(401);
    provider.accounts.set("gina", person("gina@example.com"));
    await signIn("gina");
    expect(await mine(browser)).toMatchObject({ admin: false, roles: ["everybody"] });
  });

  it("is nobody any more when they were deleted, and comes back with nothing of before", async () => {
    provider.accounts.set("hugo", person("hugo@example.com", ["sre"]));
    const { browser } = await signIn("hugo");
    const byHand = { add: [], remove: [], add_users: ["hugo@example.com"], remove_users: [] };
    expect((await asRoot("PUT", "roles/by_hand", byHand)).status).toBe(200);
    expect((await asRoot("DELETE", "users/hugo@example.com")).status).toBe(200);
    expect((await browser.ask(at("/api/default/session"))).status).toBe(401);
    expect((await mine((await signIn("hugo")).browser)).roles).toEqual(["everybody", "runners"]);
    expect((await browser.ask(at("/api/default/session"))).status).toBe(401);
  });

  it("is logged out by an administrator", async () => {
    const { browser } = await signIn("ada");
    expect((await asRoot("POST", "users/ada@example.com/logout", {})).status).toBe(200);
    expect((await browser.ask(at("/api/default/session"))).status).toBe(401);
  });

  it("acts in the organization of the settings and in no other", async () => {
    provider.accounts.set("carl", person("carl@example.com", ["sre"]));
    const { browser } = await signIn("carl");
    expect((await browser.ask(at("/api/default/actions"))).status).toBe(200);
    expect((await browser.ask(at("/api/acme/actions"))).status).toBe(401);
    expect((await browser.ask(at("/api/default/service_accounts"))).status).toBe(403);
  });

  it("stays the same person when their e-mail changes at the provider", async () => {
    provider.accounts.set("dora", person("dora@example.com"));
    await signIn("dora");
    provider.accounts.set("dora", person("dora.new@example.com"));
    expect((await mine((await signIn("dora")).browser)).email).toBe("dora@example.com");
  });

  it("has no password", async () => {
    for (const password of ["", "oidc", "undefined"]) {
      const page = await new Browser().ask(at("/login"), {
        method: "POST",
        body: { email: "ada@example.com", password },
      });
      expect([400, 401]).toContain(page.status);
    }
  });

  it("is signed out here at logout", async () => {
    const { browser } = await signIn("ada");
    const page = await browser.post(at("/logout"));
    expect(page.status).toBe(200);
    expect((await browser.ask(at("/api/default/session"))).status).toBe(401);
    const { provider_url: there } = JSON.parse(page.text) as { provider_url: string };
    expect(there).toBe(`${provider.issuer}/session/end?client_id=rota`);
    expect((await browser.ask(there)).status).toBe(200);
  });

  it("gets a new session each time, whatever the browser had", async () => {
    const browser = new Browser();
    browser.jar(started.address).set("rota_session", "A".repeat(43));
    await signIn("ada", browser);
    const first = browser.jar(started.address).get("rota_session");
    expect(first).not.toBe("A".repeat(43));
    await signIn("ada", browser);
    expect(browser.jar(started.address).get("rota_session")).not.toBe(first);
  });

  it("is sent to no other place afterwards", async () => {
    for (const wanted of ["//evil.example", "/\\evil.example", "https://evil.example", "/oidc/login", "x"]) {
      const { page } = await signIn("ada", new Browser(), `?return=${encodeURIComponent(wanted)}`);
      expect(page.location, wanted).toBe("/");
    }
  });
});

describe("the way to the provider", () => {
  it("says all that the standard asks for, and keeps the verifier to itself", async () => {
    const page = await new Browser().ask(at("/oidc/login"));
    expect(page.status).toBe(302);
    const asked = new URL(page.location ?? "").searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: "code",
      client_id: client.id,
      redirect_uri: at("/oidc/callback"),
      scope: "openid email profile",
      code_challenge_method: "S256",
    });
    for (const part of ["state", "nonce", "code_challenge"])
      expect(asked.get(part)?.length ?? 0, part).toBeGreaterThanOrEqual(43);
    expect(page.cookies).toHaveLength(1);
    expect(page.cookies[0]).toMatch(/^rota_signin=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    for (const part of ["state", "nonce"]) expect(page.cookies[0]).not.toContain(asked.get(part));
    expect(page.text + JSON.stringify(page.headers)).not.toContain(client.secret);
  });

  it("is told to pages", async () => {
    const config = await (await fetch(at("/config"))).json();
    expect(config).toMatchObject({ oidc: { name: "Example login", url: "/oidc/login" } });
  });
});

describe("refused is", () => {
  it("another state", async () => {
    const browser = new Browser();
    const callback = new URL(await upToCallback(browser, started.address, "ada"));
    callback.searchParams.set("state", "A".repeat(43));
    refused(await browser.ask(callback.href), 400, /not begun in this browser/);
  });

  it("a state twice, and none", async () => {
    for (const change of [
      (url: URL) => url.searchParams.append("state", url.searchParams.get("state") ?? ""),
      (url: URL) => url.searchParams.delete("state"),
    ]) {
      const browser = new Browser();
      const callback = new URL(await upToCallback(browser, started.address, "ada"));
      change(callback);
      refused(await browser.ask(callback.href), 400, /not begun in this browser/);
    }
  });

  it("what another browser began: nobody is signed in as somebody else", async () => {
    const callback = await upToCallback(new Browser(), started.address, "ada");
    refused(await new Browser().ask(callback), 400, /not begun in this browser/);
    const victim = new Browser();
    await victim.ask(at("/oidc/login"));
    refused(await victim.ask(callback), 400, /not begun in this browser/);
  });

  it("a code that was used, also where the cookie was kept", async () => {
    const browser = new Browser();
    const callback = await upToCallback(browser, started.address, "ada");
    const kept = browser.jar(started.address).get("rota_signin") ?? "";
    expect((await browser.ask(callback)).status).toBe(303);
    refused(await browser.ask(callback), 400, /not begun in this browser/);
    const thief = new Browser();
    thief.jar(started.address).set("rota_signin", kept);
    refused(await thief.ask(callback), 400, /used before, or it took too long/);
  });

  it("a cookie that was altered, is twice, or is a session's", async () => {
    for (const change of [
      (sealed: string) => `${sealed.slice(0, -1)}${sealed.endsWith("A") ? "B" : "A"}`,
      (sealed: string) => `x; rota_signin=${sealed}`,
      () => "",
      () => "x".repeat(4000),
    ]) {
      const browser = new Browser();
      const callback = await upToCallback(browser, started.address, "ada");
      const jar = browser.jar(started.address);
      jar.set("rota_signin", change(jar.get("rota_signin") ?? ""));
      refused(await browser.ask(callback), 400, /not begun in this browser/);
    }
  });

  it("a sign-in that took longer than ten minutes", async () => {
    const browser = new Browser();
    const callback = await upToCallback(browser, started.address, "ada");
    now += 601_000;
    refused(await browser.ask(callback), 400, /longer than ten minutes/);
  });

  it("an e-mail that is not verified, and none", async () => {
    provider.accounts.set("mallory", person("mallory@example.com", [], { email_verified: false }));
    refused((await signIn("mallory")).page, 403, /does not say that your e-mail address is verified/);
    provider.accounts.set("mallory", { email: "mallory@example.com" });
    refused((await signIn("mallory")).page, 403, /does not say that your e-mail address is verified/);
    provider.accounts.set("mallory", { email_verified: true });
    refused((await signIn("mallory")).page, 403, /does not tell your e-mail address/);
    provider.accounts.set("mallory", person("mallory:x@example.com"));
    refused((await signIn("mallory")).page, 403, /cannot be used here/);
  });

  it("whoever comes with root's e-mail", async () => {
    provider.accounts.set("eve", person(root.email.toUpperCase(), ["sre"]));
    refused((await signIn("eve")).page, 403, /is the one of root/);
  });

  it("whoever comes with the e-mail of a login that was not made for it", async () => {
    const [robot, olga] = ["robot@example.com", "olga@example.com"];
    expect((await asRoot("POST", "service_accounts", { email: robot })).status).toBe(200);
    const made = { email: olga, password: "correct horse", role: "admin", first_name: "", last_name: "" };
    expect((await asRoot("POST", "users", made)).status).toBe(200);
    for (const email of [robot, olga]) {
      provider.accounts.set(email, person(email, ["sre"]));
      refused((await signIn(email)).page, 403, /has a login with a password here/);
    }
  });

  it("another account of the provider with the e-mail of somebody", async () => {
    provider.accounts.set("frank", person("frank@example.com"));
    await signIn("frank");
    provider.accounts.set("impostor", person("frank@example.com", ["sre"]));
    refused((await signIn("impostor")).page, 403, /belongs to another account/);
  });

  it("whom the provider refuses; nothing that it writes becomes part of the page", async () => {
    const browser = new Browser();
    const page = await browser.ask(at("/oidc/login"));
    const state = new URL(page.location ?? "").searchParams.get("state");
    const said = "<script>alert(1)</script>";
    const query = new URLSearchParams({ error: said, error_description: said, state: state ?? "" });
    // The provider names itself in its answers, and this one has to as well.
    query.set("iss", provider.issuer);
    const answer = await browser.ask(at(`/oidc/callback?${query}`));
    refused(answer, 403, /did not sign you in\. Try again/);
    expect(answer.text).not.toContain("alert");
  });

  it("who goes back to the form at the provider", async () => {
    const browser = new Browser();
    const page = await browser.ask(at("/oidc/login"));
    const state = new URL(page.location ?? "").searchParams.get("state") ?? "";
    const query = new URLSearchParams({ error: "access_denied", state, iss: provider.issuer });
    refused(await browser.ask(at(`/oidc/callback?${query}`)), 403, /\(access_denied\)/);
  });
});

describe("the provider", () => {
  it("may take other keys at any time", async () => {
    await signIn("ada");
    await provider.restart();
    expect((await signIn("ada", new Browser())).page.status).toBe(303);
  });

  it("that is down keeps nobody from anything else, and counts again when it is back", async () => {
    const other = await realProvider();
    await other.stop();
    const server = await startServer(
      {},
      {
        ROTA_OIDC_ISSUER: other.issuer,
        ROTA_OIDC_CLIENT_ID: client.id,
        ROTA_OIDC_CLIENT_SECRET: client.secret,
      },
    );
    try {
      expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
      refused(await new Browser().ask(`${server.address}/oidc/login`), 503, /cannot be reached/);
      other.accounts.set("ada", person("ada@example.com"));
      other.redirectUris.push(`${server.address}/oidc/callback`);
      await other.restart();
      expect((await signInAs("ada", server.address)).page.status).toBe(303);
    } finally {
      await server.stop();
      await other.stop();
    }
  });

  it("that is not there answers a page too", async () => {
    const server = await startServer();
    try {
      for (const path of ["/oidc/login", "/oidc/callback?state=x&code=y"])
        refused(await new Browser().ask(server.address + path), 404, /no provider to sign in with/);
    } finally {
      await server.stop();
    }
  });
});
