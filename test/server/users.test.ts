import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic } from "../contract/wire/client.ts";
import { type Send, sender } from "./rights/world.ts";
import { root, type Started, startServer } from "./start-server.ts";

let started: Started;
let asRoot: Send;
const password = "a long password";

beforeAll(async () => {
  // The clock stands, so that no failure is forgiven while a slow machine is at it.
  const at = Date.UTC(2026, 0);
  started = await startServer({ now: () => at });
  asRoot = sender(started.server.app, started.login);
});
afterAll(() => started.stop());

const as = (email: string, secret = password): Send => sender(started.server.app, basic(email, secret));
const add = async (email: string, more: object = {}) => {
  const { status, text } = await asRoot("POST", { path: "users", json: { email, password, ...more } });
  expect(status, text).toBe(200);
  return as(email);
};
const told = async (send: Send, method: string, path: string, json?: unknown) => {
  const { status, text } = await send(method, { path, ...(json !== undefined && { json }) });
  return `${status} ${(JSON.parse(text) as { message?: string }).message ?? ""}`;
};
const read = async <T>(send: Send, path: string): Promise<T> =>
  JSON.parse((await send("GET", { path })).text) as T;
const token = async (send: Send, json: object): Promise<Send> => {
  const { status, text } = await send("POST", { path: "tokens", json: { name: "t", ...json } });
  expect(status, text).toBe(201);
  return sender(started.server.app, `Bearer ${(JSON.parse(text) as { token: string }).token}`);
};

describe("people", () => {
  it("have OpenObserve's shapes and words", async () => {
    const user = { email: "New@Example.com", first_name: "Ada", last_name: "L", password, role: "editor" };
    expect(await told(asRoot, "POST", "users", user)).toBe("200 User saved successfully");
    expect(await told(asRoot, "POST", "users", user)).toBe("400 User already exists");
    const short = { ...user, email: "b@example.com", password: "short" };
    expect(await told(asRoot, "POST", "users", short)).toBe(
      "400 Password must be at least 8 characters long",
    );
    expect(await told(asRoot, "POST", "users", { ...short, password, email: "no" })).toBe(
      "400 Invalid email",
    );
    expect(await told(asRoot, "POST", "users", { ...short, password, role: "root" })).toMatch(
      /^404 Role not found/,
    );
    const { data } = await read<{ data: readonly Record<string, unknown>[] }>(asRoot, "users");
    expect(data[0]).toMatchObject({ email: root.email, role: "root" });
    expect(data.find(({ email }) => email === "new@example.com")).toMatchObject({
      first_name: "Ada",
      last_name: "L",
      role: "editor",
      roles: ["editor"],
      is_external: false,
    });
    expect(await told(asRoot, "PUT", "users/new@example.com", { change_password: false })).toMatch(
      /^400 Please specify appropriate fields/,
    );
    expect(
      await told(asRoot, "PUT", "users/new@example.com", { role: { role: "viewer", custom_role: [] } }),
    ).toBe("200 User updated successfully");
    expect(await read(asRoot, "users/new@example.com/roles")).toEqual(["viewer"]);
    expect(await told(asRoot, "DELETE", "users/new@example.com")).toBe("200 User removed from organization");
    expect(await told(asRoot, "DELETE", "users/new@example.com")).toBe("404 User not found");
    const bulk = await asRoot("DELETE", { path: "users/bulk", json: { ids: ["new@example.com"] } });
    expect(JSON.parse(bulk.text)).toEqual({
      successful: [],
      unsuccessful: ["new@example.com"],
      err: "User not found",
    });
  });

  it("belong to one organization, and leave nothing to a namesake", async () => {
    const ada = await add("twice@example.com", { role: "admin" });
    expect((await ada("GET", { path: "users" })).status).toBe(200);
    expect((await ada("GET", { path: "/api/other/users" })).status).toBe(401);
    const bearer = await token(ada, {});
    await asRoot("DELETE", { path: "users/twice@example.com" });
    await add("twice@example.com");
    expect((await ada("GET", { path: "users" })).status).toBe(403);
    expect((await bearer("GET", { path: "server" })).status).toBe(401);
  });

  it("read and change themselves, and give themselves no role", async () => {
    const eve = await add("eve@example.com", { role: "viewer" });
    expect(await read(eve, "users/eve@example.com")).toMatchObject({
      email: "eve@example.com",
      role: "viewer",
    });
    expect(await told(eve, "PUT", "users/eve@example.com", { first_name: "Eve" })).toMatch(/^200/);
    expect(await told(eve, "PUT", "users/eve@example.com", { role: "admin" })).toMatch(/^403/);
    expect(await told(eve, "GET", `users/${root.email}`)).toMatch(/^403/);
    expect(await told(eve, "PUT", `users/${root.email}`, { first_name: "E" })).toMatch(/^403/);
  });
});

describe("a password", () => {
  const other = "another password";

  it("of one's own needs the old one, and ends every token that acts as one", async () => {
    const bob = await add("bob@example.com");
    const bearer = await token(bob, {});
    const path = "users/bob@example.com";
    expect(await told(bob, "PUT", path, { new_password: other })).toBe(
      "400 Please provide existing password",
    );
    expect(await told(bob, "PUT", path, { old_password: "wrong", new_password: other })).toMatch(
      /^400 Existing\/old password mismatch/,
    );
    expect(await told(bob, "PUT", path, { old_password: password, new_password: "short" })).toMatch(
      /^400 Password/,
    );
    expect((await bearer("GET", { path: "server" })).status).toBe(200);
    const change = { change_password: true, old_password: password, new_password: other };
    expect(await told(bob, "PUT", path, change)).toBe("200 User updated successfully");
    expect((await bob("GET", { path: "server" })).status).toBe(401);
    expect((await bearer("GET", { path: "server" })).status).toBe(401);
    expect((await as("bob@example.com", other)("GET", { path: "server" })).status).toBe(200);
  });

  it("is not to be guessed here either", async () => {
    const kim = await add("kim@example.com");
    const codes: string[] = [];
    for (let guess = 0; guess < 60; guess++)
      codes.push(
        (
          await told(kim, "PUT", "users/kim@example.com", {
            old_password: `no ${guess}`,
            new_password: other,
          })
        ).slice(0, 3),
      );
    expect(codes.at(-1)).toBe("429");
    expect((await kim("GET", { path: "server" })).status).toBe(200);
  });

  it("of somebody else is an administrator's to set, and root's is root's", async () => {
    const boss = await add("boss@example.com", { role: "admin" });
    const editor = await add("ed@example.com", { role: "editor" });
    const victim = await add("victim@example.com");
    const change = { change_password: true, new_password: other };
    expect(await told(editor, "PUT", "users/victim@example.com", change)).toMatch(/^403/);
    expect(await told(boss, "PUT", "users/victim@example.com", change)).toMatch(/^200/);
    expect((await victim("GET", { path: "server" })).status).toBe(401);
    expect(await told(boss, "PUT", `users/${root.email}`, change)).toMatch(/^403 .*Nobody but root/);
    expect(await told(boss, "POST", `users/${root.email}/logout`)).toMatch(/^403 .*Nobody but root/);
    expect(await told(boss, "DELETE", `users/${root.email}`)).toMatch(/^403 .*Root cannot be removed/);
    const back = { old_password: root.password, new_password: other };
    expect(await told(asRoot, "PUT", `users/${root.email}`, back)).toMatch(/^200/);
    const anew = as(root.email, other);
    expect((await asRoot("GET", { path: "users" })).status).toBe(401);
    expect(
      await told(anew, "PUT", `users/${root.email}`, { old_password: other, new_password: root.password }),
    ).toMatch(/^200/);
  });
});

describe("logging out everywhere", () => {
  it("ends the tokens that act as the person, whoever made them, and no others", async () => {
    const boss = await add("boss2@example.com", { role: "admin" });
    const tom = await add("tom@example.com");
    const mine = await token(tom, {});
    const given = await token(boss, { email: "tom@example.com" });
    const others = await token(boss, {});
    expect(await told(tom, "POST", "users/tom@example.com/logout")).toBe("200 Logged out everywhere");
    for (const ended of [mine, given]) expect((await ended("GET", { path: "server" })).status).toBe(401);
    expect((await others("GET", { path: "server" })).status).toBe(200);
    expect((await tom("GET", { path: "server" })).status).toBe(200);
  });

  it("and changing oneself are nothing that a narrowed token does", async () => {
    const uma = await add("uma@example.com", { role: "viewer" });
    const narrow = await token(uma, { role: "viewer" });
    expect(await told(narrow, "POST", "users/uma@example.com/logout")).toMatch(/^403/);
    expect(await told(narrow, "PUT", "users/uma@example.com", { first_name: "U" })).toMatch(/^403/);
  });
});
