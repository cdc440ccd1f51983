import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sealWith, secretValues } from "../../src/access/index.ts";
import { openStore } from "../../src/store/index.ts";
import { basic, wireClient } from "../contract/wire/client.ts";
import { samples } from "../samples.ts";
import { type Started, startServer } from "./start-server.ts";

let started: Started;
let api: ReturnType<typeof wireClient>;
const at = 1_800_000_000_000;

beforeAll(async () => {
  started = await startServer({ now: () => at }, { ROTA_SECRET_FROM_ENV: "of the environment" });
  api = wireClient(started.address, "default", started.login);
});
afterAll(() => started.stop());

const bytes = { "content-type": "application/octet-stream" };
const put = (name: string, body: string | Uint8Array) =>
  api.request("PUT", `secrets/${name}`, { body, headers: bytes });
describe("the API of secrets", () => {
  it("sets, lists and deletes them, and answers no value", async () => {
    const text = "correct horse battery staple";
    const item = {
      name: "db-password",
      source: "stored",
      created_at: at * 1000,
      created_by: "root@example.com",
      updated_at: at * 1000,
      updated_by: "root@example.com",
    };
    const set = await put("db-password", text);
    expect(set).toMatchObject({ status: 200, json: item });
    const listed = await api.request("GET", "secrets");
    expect(listed.json).toEqual({
      items: [item, { ...item, name: "FROM_ENV", source: "environment", ...never }],
    });
    const deleted = await api.request("DELETE", "secrets/db-password");
    expect(deleted.json).toEqual({ code: 200, message: "Secret deleted" });
    expect((await api.request("DELETE", "secrets/db-password")).status).toBe(404);
    for (const { text: answered, headers } of [set, listed, deleted]) {
      expect(answered).not.toContain("horse");
      expect(headers.get("cache-control")).toBe("no-store");
    }
    expect((await api.request("GET", "secrets/db-password")).status).toBe(404);
  });

  it.each<
    [string, string, { json?: unknown; body?: string | Uint8Array; headers?: Record<string, string> }, RegExp]
  >([
    ["an empty value", "a", { body: "", headers: bytes }, /empty/],
    ["an empty text", "a", { json: { value: "" } }, /empty/],
    ["a value that is too large", "a", { body: "x".repeat(65_537), headers: bytes }, /larger than 64 KiB/],
    ["a number", "a", { json: { value: 5_550_123 } }, /value must be string/],
    ["another key", "a", { json: { valeu: "5550123" } }, /required property 'value'/],
    ["more keys", "a", { json: { value: "a", "5550123": 1 } }, /additional properties/],
    [
      "half a character",
      "a",
      { body: '{"value":"5550123\\ud800"}', headers: { "content-type": "application/json" } },
      /half of a character/,
    ],
    [
      "no JSON",
      "a",
      { body: '{"value":"5550123', headers: { "content-type": "application/json" } },
      /no valid JSON/,
    ],
    [
      "a name that is a path",
      "..%2F5550123",
      { body: "5550123", headers: bytes },
      /name of a secret has letters/,
    ],
    [
      "a name that holds the value",
      "a=5550123",
      { body: "5550123", headers: bytes },
      /name of a secret has letters/,
    ],
    [
      "a name that is too long",
      "a".repeat(129),
      { body: "5550123", headers: bytes },
      /name of a secret has letters/,
    ],
  ])("refuses %s, without repeating it", async (_, name, ask, sentence) => {
    const { status, text } = await api.request("PUT", `secrets/${name}`, ask);
    expect(status).toBe(400);
    expect(JSON.parse(text).message).toMatch(sentence);
    expect(text).not.toContain("5550123");
  });

  it("refuses other bodies before it reads them, and takes bytes nowhere else", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const refused = await api.request("PUT", "secrets/a", { body: "5550123", headers: form });
    expect(refused).toMatchObject({ status: 415 });
    expect(refused.text).toContain("application/octet-stream");
    expect((await api.request("POST", "tokens", { body: "5550123", headers: bytes })).status).toBe(415);
    expect((await put("a", "x".repeat(600_000))).status).toBe(413);
  });

  it("asks for a permission on secrets, by name or on all", async () => {
    const account = async (email: string, permissions: readonly object[]) => {
      const made = await api.request("POST", "service_accounts", {
        json: { email, first_name: "", last_name: "", permissions },
      });
      const { token } = made.json as { token: string };
      return { authorization: basic(email, token) };
    };
    const nobody = await account("nobody@example.com", [
      { object: "action_scripts:_all_default", permission: "AllowAll" },
    ]);
    const one = await account("one@example.com", [{ object: "secrets:mine", permission: "AllowPut" }]);
    const lister = await account("lister@example.com", [
      { object: "secrets:_all_default", permission: "AllowList" },
    ]);
    const ask = async (method: string, path: string, who: object) =>
      (await api.request(method, path, { ...(method === "PUT" && { body: "v", headers: bytes }), ...who }))
        .status;
    for (const [method, path] of [
      ["GET", "secrets"],
      ["PUT", "secrets/mine"],
      ["DELETE", "secrets/mine"],
    ] as const)
      expect(await ask(method, path, nobody), method).toBe(403);
    expect(await ask("PUT", "secrets/mine", one)).toBe(200);
    expect(await ask("PUT", "secrets/other", one)).toBe(403);
    expect(await ask("DELETE", "secrets/mine", one)).toBe(403);
    expect(await ask("GET", "secrets", lister)).toBe(200);
    expect(await ask("PUT", "secrets/mine", lister)).toBe(403);
  });

  it("keeps the secrets of organizations apart; those of the machine are the default one's", async () => {
    const other = wireClient(started.address, "other", started.login);
    await other.request("PUT", "secrets/theirs", { body: "theirs", headers: bytes });
    const items = ((await other.request("GET", "secrets")).json as { items: { name: string }[] }).items;
    expect(items.map(({ name }) => name)).toEqual(["theirs"]);
    const mine = ((await api.request("GET", "secrets")).json as { items: { name: string }[] }).items;
    expect(mine.map(({ name }) => name)).toContain("FROM_ENV");
    expect(mine.map(({ name }) => name)).not.toContain("theirs");
  });
});

it("any bytes and any text are kept as they were sent", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rota-secrets-"));
  const server = await startServer({}, { ROTA_DATA: folder });
  const { request } = wireClient(server.address, "default", server.login);
  const texts = fc.sample(fc.string({ unit: "binary", minLength: 1 }), samples(20, 500));
  texts.push("\uFEFF\0\r\n ", randomBytes(48 * 1024).toString("base64"));
  for (const [index, text] of texts.entries()) {
    await request("PUT", `secrets/bytes_${index}`, { body: Buffer.from(text), headers: bytes });
    await request("PUT", `secrets/json_${index}`, { json: { value: text } });
  }
  await server.stop();
  const store = await openStore({ path: join(folder, "rota.db") });
  const key = Buffer.from(await readFile(join(folder, "secret.key"), "utf8"), "hex");
  const seal = sealWith(key, "stored secrets");
  const nowhere = { folder: join(folder, "none"), notThese: [] };
  const { values } = secretValues({
    stored: { store: store.secrets, seal },
    env: {},
    folder: nowhere,
    organizations: [],
  });
  for (const [index, text] of texts.entries()) {
    const kept = await values("default", [`bytes_${index}`, `json_${index}`]);
    expect([...kept.values.values()]).toEqual([text, text]);
  }
  await store.close();
  await rm(folder, { recursive: true });
});

const never = { created_at: null, created_by: null, updated_at: null, updated_by: null };
