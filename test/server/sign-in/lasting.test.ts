import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createServer, readSettings, type Server } from "../../../src/server/index.ts";
import { root } from "../start-server.ts";

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-sessions-"));
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(env: Record<string, string> = {}): Promise<void> {
  const settings = readSettings({
    PATH: process.env.PATH,
    ROTA_DATA: folder,
    ROTA_LOG: "silent",
    ROTA_ROOT_EMAIL: root.email,
    ROTA_ROOT_PASSWORD: root.password,
    ...env,
  });
  server = await createServer(settings);
}
async function login(headers: Record<string, string> = {}): Promise<string> {
  const answer = await server.app.inject({ method: "POST", url: "/login", payload: root, headers });
  expect(answer.statusCode, answer.body).toBe(200);
  return String(answer.headers["set-cookie"]);
}
const pairOf = (line: string): string => line.split(";")[0] ?? "";
const ask = async (cookie: string, more: Record<string, string> = {}, method: "GET" | "POST" = "GET") =>
  (
    await server.app.inject({
      method,
      url: method === "GET" ? "/api/default/session" : "/api/default/sessions/end",
      headers: { cookie, ...more },
    })
  ).statusCode;

describe("a session", () => {
  it("goes on after a restart of the server", async () => {
    await open();
    const cookie = pairOf(await login());
    await server.stop();
    await open();
    expect(await ask(cookie)).toBe(200);
  });

  it("ends with the password that it was made with", async () => {
    await open();
    const cookie = pairOf(await login());
    await server.stop();
    await open({ ROTA_ROOT_PASSWORD: "battery staple" });
    expect(await ask(cookie)).toBe(401);
    await server.stop();
    await open();
    expect(await ask(cookie)).toBe(401);
  });

  it("lasts as long as the settings say", async () => {
    await open({ ROTA_SESSION_LIFETIME: "2h", ROTA_SESSION_IDLE: "5m" });
    expect(await login()).toContain("Max-Age=7200;");
  });
});

describe("behind a proxy with TLS", () => {
  const env = { ROTA_PUBLIC_URL: "https://rota.example.com" };

  it("the cookie is one that no neighbour and no plain connection can plant", async () => {
    await open(env);
    const line = await login({ origin: "https://rota.example.com" });
    expect(line).toMatch(/^__Host-rota_session=[^;]+; Path=\/; .*; SameSite=Strict; Secure$/);
    expect(await ask(pairOf(line))).toBe(200);
    expect(await ask(pairOf(line).replace("__Host-", ""))).toBe(401);
  });

  it("the public address is the origin, and no other", async () => {
    await open(env);
    const cookie = pairOf(await login());
    for (const origin of [
      "http://rota.example.com",
      "https://rota.example.com:444",
      "https://a.rota.example.com",
      "http://127.0.0.1:5090",
    ])
      expect(await ask(cookie, { origin, host: new URL(origin).host }, "POST"), origin).toBe(403);
    expect(await ask(cookie, { origin: "https://rota.example.com", host: "10.0.0.7:5090" }, "POST")).toBe(
      200,
    );
  });

  it("is told to clients", async () => {
    await open(env);
    const answer = await server.app.inject("/config");
    expect(answer.json()).toMatchObject({ web_url: "https://rota.example.com" });
  });
});
