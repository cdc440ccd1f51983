import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type WireClient, wireClient } from "../../contract/wire/client.ts";
import { makeWorld, ok, usualForm, type World } from "../../contract/wire/world.ts";
import { type Started, startServer } from "../start-server.ts";

let started: Started;
let acme: WireClient;
let world: World;
let id: string;

beforeAll(async () => {
  started = await startServer();
  acme = wireClient(started.address, "acme", started.login);
  const email = "sa@acme.example";
  const permissions = [{ object: "action_scripts:_all_acme", permission: "AllowAll" }];
  ok(await acme.request("POST", "service_accounts", { json: { email, permissions } }));
  ({ world } = makeWorld(acme, { rota: true, account: email }));
  id = await world.create({ name: "secret_action" });
});
afterAll(() => started.stop());

describe("another organization", () => {
  it("sees, changes and names nothing of this one, even as root", async () => {
    const other = wireClient(started.address, "other", started.login);
    expect(ok(await other.request("GET", "actions"))).toEqual([]);
    expect(ok<{ data: unknown[] }>(await other.request("GET", "service_accounts")).data).toEqual([]);
    for (const answer of [
      await other.request("GET", `actions/${id}`),
      await other.request("GET", `actions/download/${id}`),
      await other.request("PUT", `actions/${id}`, { json: { description: "taken" } }),
      await other.request("DELETE", `actions/${id}`),
      await other.request("DELETE", "service_accounts/sa@acme.example"),
    ]) {
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toContain("secret_action");
    }
    expect(
      ok<{ unsuccessful: string[] }>(await other.request("DELETE", "actions/bulk", { json: { ids: [id] } }))
        .unsuccessful,
    ).toEqual([id]);
    expect(ok<{ description: string }>(await acme.request("GET", `actions/${id}`)).description).not.toBe(
      "taken",
    );
  });

  it("has no names that could be read as a path, a permission or nothing", async () => {
    for (const name of ["..", ".", "a%2fb", "a b", "a:b", "%00", "_all_", "x".repeat(129), "é"]) {
      const answer = await acme.request("GET", `/api/${encodeURI(name)}/actions`);
      if (name === "_all_") expect(answer.status).toBe(200);
      else expect([400, 401, 404], name).toContain(answer.status);
    }
  });
});

describe("what is sent", () => {
  it("never comes back as a header of its own", async () => {
    for (const filename of [
      'a"b.zip',
      "a\r\nX-Injected: 1\r\n.zip",
      "../a.zip",
      "a\0.zip",
      "a".repeat(300),
    ]) {
      const form = { ...usualForm(world.unique(), world.account), filename };
      expect((await world.upload(form)).status, filename).toBe(400);
    }
    const made = await world.create({ filename: "ñ; filename*=UTF-8''x;%0d%0aX-Injected:1.zip" });
    const answer = await acme.request("GET", `actions/download/${made}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-injected")).toBeNull();
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="[^"\r\n]*"/);
  });

  it("never comes back as a page", async () => {
    for (const path of ["actions/%3Cscript%3E", "runs/%3Cscript%3E", "roles/%3Cscript%3E/users"]) {
      const answer = await acme.request("GET", path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("never shows a secret: not in an answer, not in the log", async () => {
    const email = "quiet@acme.example";
    const { token } = ok<{ token: string }>(
      await acme.request("POST", "service_accounts", { json: { email } }),
    );
    const texts: string[] = [];
    for (const path of [
      "service_accounts",
      "actions",
      "tokens",
      "roles",
      "resources",
      "server",
      "/config",
      "/docs/json",
    ])
      texts.push((await acme.request("GET", path)).text);
    const refusal = await acme.request("GET", "actions", { authorization: basic(email, `${token}x`) });
    texts.push(refusal.text, JSON.stringify([...refusal.headers]));
    const all = texts.join("\n");
    for (const secret of [token, started.login.slice("Basic ".length), "argon2", "secret_hash"])
      expect(all).not.toContain(secret);
  });
});

describe("the headers of every answer", () => {
  it("keep browsers from doing anything with it", async () => {
    for (const path of ["/", "/config", "/docs", "/nothing", "/api/acme/actions"]) {
      const answer = await fetch(started.address + path);
      expect(answer.headers.get("x-content-type-options"), path).toBe("nosniff");
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy, path).toMatch(/default-src 'none'/);
      expect(policy, path).toMatch(/frame-ancestors 'none'/);
      expect(policy, path).not.toMatch(/unsafe|https?:|\*/);
      expect(answer.headers.get("x-powered-by"), path).toBeNull();
      expect(answer.headers.get("server"), path).toBeNull();
    }
  });

  it("keep answers with a login out of caches", async () => {
    const answer = await acme.request("GET", "actions");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });
});
