import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root, type Started, startServer } from "../start-server.ts";
import { Browser } from "./browser.ts";

let started: Started;
let now = Date.now();
const hour = 3_600_000;

beforeAll(async () => {
  started = await startServer({ now: () => now });
});
afterAll(() => started.stop());

const at = (path: string) => `${started.address}${path}`;
const cookieName = "rota_session";
const secretOf = (browser: Browser): string => browser.jar(started.address).get(cookieName) ?? "";

async function signedIn(userAgent = "test"): Promise<Browser> {
  const browser = new Browser();
  const page = await browser.ask(at("/login"), {
    method: "POST",
    body: root,
    headers: { "user-agent": userAgent },
  });
  expect(page.status, page.text).toBe(200);
  return browser;
}
const who = (browser: Browser, org = "default") => browser.ask(at(`/api/${org}/session`));
/** The rows of the database, as somebody with its file sees them. */
function rows(): Record<string, unknown>[] {
  const database = new DatabaseSync(join(started.dataDir, "rota.db"), { readOnly: true });
  const all = database.prepare("SELECT * FROM sessions").all();
  database.close();
  return all;
}

describe("a login", () => {
  it("answers a cookie that no script reads and no other site sends, and tells its person", async () => {
    const browser = new Browser();
    const page = await browser.ask(at("/login"), { method: "POST", body: root });
    expect(page.status).toBe(200);
    expect(page.cookies).toHaveLength(1);
    expect(page.cookies[0]).toMatch(
      /^rota_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.text).not.toContain(secretOf(browser));
    const mine = JSON.parse((await who(browser)).text);
    expect(mine).toMatchObject({
      email: root.email,
      kind: "root",
      via: "session",
      admin: true,
      organization: "default",
      organizations: ["default"],
      session: { signed_in_by: "password", address: "127.0.0.1" },
      rights: { action_scripts: ["List", "Get", "Post", "Put", "Delete"] },
    });
  });

  it("always makes a new session, and ends the one that the browser had", async () => {
    const browser = await signedIn();
    const first = secretOf(browser);
    await browser.post(at("/login"), root);
    expect(secretOf(browser)).not.toBe(first);
    const old = new Browser();
    old.jar(started.address).set(cookieName, first);
    expect((await who(old)).status).toBe(401);
    expect((await who(browser)).status).toBe(200);
  });

  it("takes no session that somebody else thought of", async () => {
    const browser = new Browser();
    const planted = "A".repeat(43);
    browser.jar(started.address).set(cookieName, planted);
    await browser.post(at("/login"), root);
    expect(secretOf(browser)).not.toBe(planted);
  });

  it("keeps no secret: the database has its hash alone", async () => {
    const browser = await signedIn();
    const text = JSON.stringify(rows());
    expect(text).toContain(root.email);
    expect(text).not.toContain(secretOf(browser));
  });

  it("refuses a wrong password as every login does, and slows down who guesses", async () => {
    const limited = await startServer();
    try {
      const guess = (password: string) =>
        new Browser().ask(`${limited.address}/login`, {
          method: "POST",
          body: { email: root.email, password },
        });
      const codes = new Set<number>();
      for (let count = 0; count < 30; count++) codes.add((await guess(`wrong ${count}`)).status);
      expect([...codes].sort()).toEqual([401, 429]);
    } finally {
      await limited.stop();
    }
  });

  it("is no place for service accounts", async () => {
    const email = "sa@default.example";
    const made = await fetch(at("/api/default/service_accounts"), {
      method: "POST",
      headers: { authorization: started.login, "content-type": "application/json" },
      body: JSON.stringify({ email }),
    });
    const { token } = (await made.json()) as { token: string };
    const page = await new Browser().ask(at("/login"), { method: "POST", body: { email, password: token } });
    expect(page.status).toBe(403);
    expect(page.cookies).toEqual([]);
    expect(page.text).not.toContain(token);
  });

  it("has a body that is small and what it should be", async () => {
    const post = async (body: object) =>
      (await new Browser().ask(at("/login"), { method: "POST", body })).status;
    expect(await post({ ...root, password: "x".repeat(20_000) })).toBe(413);
    expect(await post({ ...root, password: "x".repeat(1025) })).toBe(400);
    expect(await post({ ...root, organization: "../default" })).toBe(400);
    expect(await post({ ...root, email: { $ne: "" } })).toBe(400);
    expect(await post({ ...root, more: 1 })).toBe(400);
    expect(await post({ email: root.email })).toBe(400);
    const form = await new Browser().ask(at("/login"), {
      method: "POST",
      body: `email=${root.email}&password=correct+horse`,
    });
    expect(form.status).toBe(415);
  });

  it("does not count as one by the address of a page elsewhere", async () => {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ] as Record<string, string>[]) {
      const page = await new Browser().ask(at("/login"), { method: "POST", body: root, headers });
      expect(page.status).toBe(403);
      expect(page.cookies).toEqual([]);
    }
  });
});

describe("a session", () => {
  it("may what its person may, in every organization of theirs", async () => {
    const browser = await signedIn();
    expect((await browser.ask(at("/api/default/actions"))).status).toBe(200);
    expect((await browser.ask(at("/api/acme/actions"))).status).toBe(200);
  });

  it("counts for nothing beside an Authorization header", async () => {
    const browser = await signedIn();
    const page = await browser.ask(at("/api/default/actions"), { headers: { authorization: "Bearer x" } });
    expect(page.status).toBe(401);
  });

  it("ends at logout, on the server as well", async () => {
    const browser = await signedIn();
    const secret = secretOf(browser);
    const page = await browser.post(at("/logout"));
    expect(page.status).toBe(200);
    expect(page.cookies[0]).toMatch(/^rota_session=; Path=\/; Max-Age=0;/);
    browser.jar(started.address).set(cookieName, secret);
    expect((await who(browser)).status).toBe(401);
  });

  it("ends when it is not used for long, goes on when it is, and ends in any case at last", async () => {
    const idle = await signedIn();
    const used = await signedIn();
    for (let hours = 0; hours < 24; hours += 8) {
      now += 8 * hour;
      expect((await who(used)).status).toBe(200);
    }
    expect((await who(idle)).status).toBe(401);
    for (let hours = 24; hours < 160; hours += 8) {
      now += 8 * hour;
      expect((await who(used)).status, `after ${hours} h`).toBe(200);
    }
    now += 8 * hour;
    expect((await who(used)).status).toBe(401);
  });

  it("is listed with when, whence and with what, and which is this one; each can be ended", async () => {
    const browser = await signedIn("Mozilla/5.0 \u00e9\t<b>".padEnd(400, "x"));
    const other = await signedIn("other");
    now += 2 * 60_000;
    await who(browser);
    const { items } = JSON.parse((await browser.ask(at("/api/default/sessions"))).text) as {
      items: { id: string; user_agent: string; current: boolean; last_used_at: number; created_at: number }[];
    };
    const current = items.find((item) => item.current);
    expect(items.filter((item) => item.current)).toHaveLength(1);
    expect(current?.user_agent).toMatch(/^Mozilla\/5\.0 \?+<b>x*$/);
    expect(current?.user_agent.length).toBeLessThanOrEqual(200);
    expect((current?.last_used_at ?? 0) - (current?.created_at ?? 0)).toBe(120_000_000);
    const others = items.find((item) => item.user_agent === "other");
    const ended = await browser.ask(at(`/api/default/sessions/${others?.id}`), {
      method: "DELETE",
      headers: { origin: started.address },
    });
    expect(ended.status).toBe(200);
    expect((await who(other)).status).toBe(401);
    expect((await who(browser)).status).toBe(200);
  });

  it("is one of twenty at most: the one used longest ago ends", async () => {
    const first = await signedIn();
    now += 60_000;
    for (let count = 0; count < 20; count++) await signedIn();
    expect((await who(first)).status).toBe(401);
    expect(rows().filter((row) => row.email === root.email)).toHaveLength(20);
  });

  it("ends everywhere at once", async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const page = await one.post(at("/api/default/sessions/end"));
    expect(JSON.parse(page.text)).toMatchObject({ code: 200 });
    expect(page.cookies[0]).toMatch(/Max-Age=0/);
    expect((await who(one)).status).toBe(401);
    expect((await who(two)).status).toBe(401);
    expect(rows()).toEqual([]);
  });

  it("can make an API token, as a password can", async () => {
    const browser = await signedIn();
    const made = await browser.post(at("/api/default/tokens"), { name: "from the page" });
    expect(made.status).toBe(201);
  });
});

describe("the cookie", () => {
  let browser: Browser;
  let secret: string;
  beforeEach(async () => {
    browser = await signedIn();
    secret = secretOf(browser);
  });
  const withCookie = async (cookie: string) =>
    (await new Browser().ask(at("/api/default/actions"), { headers: { cookie } })).status;

  it("counts when it is there once and whole", async () => {
    expect(await withCookie(`theme=dark; rota_session=${secret}; x=y`)).toBe(200);
    expect(await withCookie(` rota_session=${secret};`)).toBe(200);
  });

  it("counts for nothing twice, altered, quoted, long or under another name", async () => {
    const tricks = [
      `rota_session=${secret}; rota_session=${secret}`,
      `rota_session=${"A".repeat(43)}; rota_session=${secret}`,
      `rota_session="${secret}"`,
      `rota_session=${secret}x`,
      `rota_session=${secret.slice(1)}`,
      `rota_session=${secret.toLowerCase()}x`,
      `rota_session=${secret}${"A".repeat(8000)}`,
      `rota_session=`,
      `Rota_Session=${secret}`,
      `xrota_session=${secret}`,
      `__Host-rota_session=${secret}`,
      `rota_session=' OR 1=1 --`,
      `rota_session=%00${secret}`,
    ];
    for (const cookie of tricks) expect(await withCookie(cookie), cookie.slice(0, 80)).toBe(401);
  });

  it("is no password and no token", async () => {
    for (const authorization of [
      `Bearer ${secret}`,
      `Basic ${Buffer.from(`${root.email}:${secret}`).toString("base64")}`,
    ]) {
      const page = await new Browser().ask(at("/api/default/actions"), { headers: { authorization } });
      expect(page.status).toBe(401);
    }
  });
});

describe("a request that changes something and comes with a cookie", () => {
  it.each([
    ["its own origin", { origin: "SELF" }, true],
    ["its own origin, said twice", { origin: "SELF", "sec-fetch-site": "same-origin" }, true],
    ["the browser's word alone", { "sec-fetch-site": "same-origin" }, true],
    ["nothing that says where", {}, false],
    ["no origin", { origin: "null" }, false],
    ["an empty origin", { origin: "" }, false],
    ["another origin", { origin: "https://evil.example" }, false],
    ["another port", { origin: "http://127.0.0.1:1" }, false],
    ["a name that begins alike", { origin: "SELF.evil.example" }, false],
    ["an origin with a path", { origin: "SELF/" }, false],
    ["two origins", { origin: "SELF https://evil.example" }, false],
    ["another site", { "sec-fetch-site": "cross-site" }, false],
    ["a neighbour", { "sec-fetch-site": "same-site" }, false],
    ["an address that somebody typed", { "sec-fetch-site": "none" }, false],
    ["its own origin, denied", { origin: "SELF", "sec-fetch-site": "cross-site" }, false],
    [
      "another origin, called the same",
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
      false,
    ],
    ["a referrer alone", { referer: "SELF/" }, false],
    ["a header of ours that pages send", { "x-requested-with": "XMLHttpRequest" }, false],
    ["a forwarded host", { origin: "https://evil.example", "x-forwarded-host": "evil.example" }, false],
  ] as [string, Record<string, string>, boolean][])("with %s", async (_, said, allowed) => {
    const browser = await signedIn();
    const headers = Object.fromEntries(
      Object.entries(said).map(([name, value]) => [name, value.replace("SELF", started.address)]),
    );
    for (const [method, path] of [
      ["POST", "/api/default/roles"],
      ["DELETE", "/api/default/sessions/x"],
      ["PUT", "/api/default/secrets/x"],
    ] as const) {
      const page = await browser.ask(at(path), {
        method,
        headers,
        body: method === "DELETE" ? undefined : {},
      });
      expect(page.status === 403, `${method} ${path}: ${page.text}`).toBe(!allowed);
      expect(page.headers["access-control-allow-origin"]).toBeUndefined();
      expect(JSON.stringify(page.headers)).not.toContain("evil");
    }
    expect((await browser.ask(at("/api/default/actions"), { headers })).status).toBe(200);
  });

  it("is refused before its body is read", async () => {
    const browser = await signedIn();
    const answer = await started.raw([
      `POST /api/default/actions/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: rota_session=${secretOf(browser)}\r\n` +
        "Origin: null\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5368709120\r\n\r\n",
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("at logout as well", async () => {
    const browser = await signedIn();
    const page = await browser.ask(at("/logout"), { method: "POST", headers: { origin: "null" } });
    expect(page.status).toBe(403);
    expect((await who(browser)).status).toBe(200);
  });
});
