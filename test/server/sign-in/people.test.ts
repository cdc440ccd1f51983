import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, type Started, startServer } from "../start-server.ts";
import { Browser } from "./browser.ts";

let started: Started;
const ida = { email: "ida@example.com", password: "correct horse 1" };

beforeAll(async () => {
  started = await startServer();
  for (const organization of ["default", "acme"]) {
    const more = { role: "operator", first_name: "", last_name: "" };
    // The same e-mail in another organization is another login: with a password of its own.
    const password = organization === "default" ? ida.password : "correct horse 2";
    const answer = await asRoot(organization, "POST", "users", { ...ida, ...more, password });
    expect(answer.status).toBe(200);
  }
});
afterAll(() => started.stop());

const at = (path: string) => `${started.address}${path}`;
const asRoot = (organization: string, method: string, path: string, body: object) =>
  fetch(at(`/api/${organization}/${path}`), {
    method,
    headers: { authorization: started.login, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
async function signedIn(body: object = ida): Promise<Browser> {
  const browser = new Browser();
  const page = await browser.ask(at("/login"), { method: "POST", body });
  expect(page.status, page.text).toBe(200);
  return browser;
}
const status = async (browser: Browser, path: string) => (await browser.ask(at(path))).status;

describe("the session of a person", () => {
  it("acts in the organization that they signed in to, and in no other, though the e-mail is known there", async () => {
    const browser = await signedIn();
    expect(await status(browser, "/api/default/actions")).toBe(200);
    expect(await status(browser, "/api/acme/actions")).toBe(401);
    const there = await signedIn({ ...ida, password: "correct horse 2", organization: "acme" });
    expect(await status(there, "/api/acme/actions")).toBe(200);
    expect(await status(there, "/api/default/actions")).toBe(401);
    const wrong = await new Browser().ask(at("/login"), {
      method: "POST",
      body: { ...ida, organization: "acme" },
    });
    expect(wrong.status).toBe(401);
  });

  it("lists and ends their own alone", async () => {
    const mine = await signedIn();
    const roots = await signedIn(root);
    const list = JSON.parse((await roots.ask(at("/api/default/sessions"))).text) as {
      items: { id: string; email: string }[];
    };
    expect(list.items.every(({ email }) => email === root.email)).toBe(true);
    const ended = await mine.ask(at(`/api/default/sessions/${list.items[0]?.id}`), {
      method: "DELETE",
      headers: { origin: started.address },
    });
    expect(JSON.parse(ended.text)).toMatchObject({ code: 200, ended: 0 });
    expect((await mine.post(at("/api/default/sessions/end"))).status).toBe(200);
    expect(await status(roots, "/api/default/session")).toBe(200);
  });

  it("ends everywhere when they change their password, here as well", async () => {
    const [here, elsewhere] = [await signedIn(), await signedIn()];
    const there = await signedIn({ ...ida, password: "correct horse 2", organization: "acme" });
    const changed = await here.ask(at(`/api/default/users/${ida.email}`), {
      method: "PUT",
      headers: { origin: started.address },
      body: { change_password: true, old_password: ida.password, new_password: "battery staple" },
    });
    expect(changed.status, changed.text).toBe(200);
    for (const browser of [here, elsewhere]) expect(await status(browser, "/api/default/session")).toBe(401);
    expect(await status(there, "/api/acme/session")).toBe(200);
    await signedIn({ ...ida, password: "battery staple" });
  });

  it("has the rights that they have at the time of each request", async () => {
    const browser = await signedIn({ ...ida, password: "battery staple" });
    const mine = async () =>
      JSON.parse((await browser.ask(at("/api/default/session"))).text) as {
        roles: string[];
        rights: Record<string, string[]>;
      };
    expect((await mine()).rights).toMatchObject({ runs: ["List", "Get", "Post"], audit: [], user: [] });
    await asRoot("default", "PUT", `users/${ida.email}`, { role: "viewer" });
    expect(await mine()).toMatchObject({ roles: ["viewer"], rights: { runs: ["List", "Get"] } });
  });
});

describe("the audit", () => {
  it("says who signed in and out, from where, and who was refused; and no password", async () => {
    const browser = await signedIn(root);
    await new Browser().ask(at("/login"), { method: "POST", body: { ...ida, password: "hunter2 hunter2" } });
    await browser.post(at("/logout"));
    const answer = await fetch(at("/api/default/audit?limit=100"), {
      headers: { authorization: started.login },
    });
    const text = await answer.text();
    const { items } = JSON.parse(text) as { items: Record<string, unknown>[] };
    const said = items.map(({ actor, action, outcome, address }) =>
      [actor, action, outcome, address].join(" "),
    );
    expect(said).toContain(`${root.email} login done 127.0.0.1`);
    expect(said).toContain(`${root.email} logout done 127.0.0.1`);
    expect(said).toContain(`${ida.email} login refused 127.0.0.1`);
    expect(text).not.toMatch(/hunter2|correct horse/);
  });
});

describe("a narrowed token", () => {
  it("neither sees nor ends its person's sessions", async () => {
    const made = await asRoot("default", "POST", "tokens", { name: "narrow", role: "viewer" });
    const { token } = (await made.json()) as { token: string };
    const ask = async (method: string, path: string) =>
      (await fetch(at(path), { method, headers: { authorization: `Bearer ${token}` } })).status;
    expect(await ask("GET", "/api/default/session")).toBe(200);
    expect(await ask("GET", "/api/default/sessions")).toBe(403);
    expect(await ask("POST", "/api/default/sessions/end")).toBe(403);
  });
});
