import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { basic, type WireClient, wireClient } from "../contract/wire/client.ts";
import { ok } from "../contract/wire/world.ts";
import { type Started, startServer } from "./start-server.ts";

let started: Started;
let client: WireClient;

beforeAll(async () => {
  started = await startServer();
  client = wireClient(started.address, "default", started.login);
});
afterAll(() => started.stop());

const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const ssh = (more: object = {}) => ({
  kind: "ssh",
  host: "web-1.example.com",
  user: "ops",
  key: { secret: "web1_key" },
  hostKey,
  ...more,
});
const put = (name: string, provider: unknown, ask: object = {}, more: object = {}) =>
  client.request("PUT", `providers/${name}`, { json: { provider, ...more }, ...ask });
const said = ({ status, json }: { status: number; json: unknown }) =>
  `${status} ${(json as { message: string }).message}`;

interface Item {
  readonly name: string;
  readonly provider: object;
  readonly managed_by: string | null;
  readonly digest: string;
  readonly etag: string;
  readonly created_by: string;
}

describe("a provider", () => {
  it("is made, read, listed, changed and deleted", async () => {
    const made = ok<Item>(await put("life", ssh({ port: 22, hostKey: `${hostKey} root@web-1` })));
    expect(made).toMatchObject({
      name: "life",
      kind: "ssh",
      provider: ssh(),
      managed_by: null,
      created_by: "root@example.com",
    });
    expect(ok(await client.request("GET", "providers/life"))).toEqual(made);
    expect(ok<{ items: Item[] }>(await client.request("GET", "providers")).items).toEqual([made]);
    const changed = ok<Item>(await put("life", { kind: "host", user: "ops" }));
    expect(changed.digest).not.toBe(made.digest);
    expect(changed.etag).not.toBe(made.etag);
    ok(await client.request("DELETE", "providers/life"));
    expect((await client.request("GET", "providers/life")).status).toBe(404);
  });

  it("is written only over what was seen", async () => {
    const first = ok<Item>(await put("seen", ssh()));
    ok(await put("seen", ssh({ port: 2222 }), { headers: { "if-match": `"${first.etag}"` } }));
    const stale = { headers: { "if-match": `"${first.etag}"` } };
    expect((await put("seen", ssh(), stale)).status).toBe(412);
    expect((await client.request("DELETE", "providers/seen", stale)).status).toBe(412);
    expect((await put("seen", ssh(), { headers: { "if-none-match": "*" } })).status).toBe(412);
    expect((await put("never", ssh(), { headers: { "if-match": '"1-a"' } })).status).toBe(404);
    expect((await client.request("DELETE", "providers/never")).status).toBe(404);
    ok(await client.request("DELETE", "providers/seen"));
    // One that is made anew is another one, whatever it says.
    const again = ok<Item>(await put("seen", ssh()));
    expect(again.digest).toBe(first.digest);
    expect(again.etag).not.toBe(first.etag);
  });

  it("keeps its owner until another is said", async () => {
    expect(ok<Item>(await put("owned", ssh(), {}, { managed_by: "acme/ops" })).managed_by).toBe("acme/ops");
    expect(ok<Item>(await put("owned", ssh({ port: 1 }))).managed_by).toBe("acme/ops");
    expect(ok<Item>(await put("owned", ssh(), {}, { managed_by: null })).managed_by).toBeNull();
  });

  it("is there in its organization alone", async () => {
    ok(await put("mine", ssh()));
    const other = wireClient(started.address, "other", started.login);
    expect(ok(await other.request("GET", "providers"))).toEqual({ items: [] });
    for (const [method, path] of [
      ["GET", "providers/mine"],
      ["DELETE", "providers/mine"],
      ["POST", "providers/mine/test"],
    ] as const)
      expect((await other.request(method, path)).status).toBe(404);
  });
});

describe("what is sent", () => {
  const refused: readonly (readonly [what: string, name: string, provider: unknown, says: string])[] = [
    ["no kind", "a", { host: "x" }, "must have a kind: ssh, host or http"],
    ["another kind", "a", { kind: "winrm" }, "must have a kind: ssh, host or http"],
    ["no object", "a", "ssh", "must be object"],
    ["a key of another kind", "a", { ...ssh(), baseUrl: "https://x" }, 'unknown key "baseUrl"'],
    ["a private key in plain text", "a", ssh({ key: "-----BEGIN" }), "must be { secret: NAME }"],
    ["no host key", "a", ssh({ hostKey: "yes" }), "must be a public key"],
    ["an option as host", "a", ssh({ host: "-oProxyCommand=id" }), "must be a host name"],
    ["an option as user", "a", ssh({ user: "-l" }), "must be the name of a user"],
    ["a login in an address", "a", { kind: "http", baseUrl: "https://a:b@x.y" }, "must not hold a login"],
    [
      "a secret in plain text",
      "a",
      { kind: "http", baseUrl: "https://x.y", headers: { Authorization: "Bearer hunter2" } },
      "stands here in plain text",
    ],
    ["the sandbox's name", "local", { kind: "host", user: "ops" }, "always there"],
    ["a name that is none", "a%20b", { kind: "host", user: "ops" }, "letters, digits"],
    ["a jump to itself", "self", ssh({ jump: "self" }), "would lead back to self"],
  ];
  for (const [what, name, provider, says] of refused)
    it(`is refused: ${what}`, async () => {
      const answer = await put(name, provider);
      expect(said(answer)).toMatch(/^400 /);
      expect(said(answer)).toContain(says);
      expect(said(answer)).not.toContain("hunter2");
      expect((await client.request("GET", `providers/${name}`)).status).toBe(404);
    });

  it("may go through a machine that comes later, and never back to itself", async () => {
    ok(await put("outer", ssh({ jump: "inner" })));
    expect(said(await put("inner", ssh({ jump: "outer" })))).toContain("would lead back to inner");
    ok(await put("inner", ssh()));
    // Of two that turn round at once, one at most is let through.
    const turned = await Promise.all([put("x", ssh({ jump: "y" })), put("y", ssh({ jump: "x" }))]);
    expect(turned.map(({ status }) => status).sort()).toEqual([200, 400]);
  });
});

describe("permissions", () => {
  it("are asked for each verb: of the one, or of all", async () => {
    const email = "places@example.com";
    const permissions = [
      { object: "providers:reader", permission: "AllowGet" },
      { object: "providers:_all_default", permission: "AllowPost" },
    ];
    const { token } = ok<{ token: string }>(
      await client.request("POST", "service_accounts", { json: { email, permissions } }),
    );
    ok(await put("reader", ssh()));
    const as = wireClient(started.address, "default", basic(email, token));
    const status = async (method: string, path: string, json?: object) =>
      (await as.request(method, `providers${path}`, json === undefined ? {} : { json })).status;
    const provider = { kind: "host", user: "ops" };
    expect(await status("GET", "/reader")).toBe(200);
    expect(await status("GET", "/other")).toBe(403);
    expect(await status("GET", "")).toBe(403);
    expect(await status("PUT", "/reader", { provider })).toBe(403);
    expect(await status("DELETE", "/reader")).toBe(403);
    expect(await status("PUT", "/fresh", { provider })).toBe(200);
    expect(await status("PUT", "/fresh", { provider })).toBe(403);
    expect(await status("POST", "/fresh/test")).toBe(200);
  });
});

interface Tried {
  readonly kind: string;
  readonly reachable: boolean;
  readonly message: string;
  readonly duration: number;
}

describe("a try", () => {
  const tryOf = async (name: string, from = client) =>
    ok<Tried>(await from.request("POST", `providers/${name}/test`));

  /** A server that answers in this way; what it was asked is in `asked`. */
  async function api(answer: Parameters<typeof createServer>[1]): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server: Server = createServer((request: IncomingMessage, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers["x-team"] ?? ""}`.trim());
      answer?.(request, response);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it("of an API asks for the head of its address, and takes every answer", async () => {
    const { url, asked } = await api((_, response) => response.writeHead(503).end());
    ok(await put("api", { kind: "http", baseUrl: `${url}/v1/`, headers: { "X-Team": "ops" } }));
    expect(await tryOf("api")).toMatchObject({
      kind: "http",
      reachable: true,
      message: "It answers: status 503.",
    });
    expect(asked).toEqual(["HEAD /v1 ops"]);
  });

  it("follows no redirect: what is sent goes to the declared host alone", async () => {
    const other = await api((_, response) => response.end());
    const { url } = await api((_, response) => response.writeHead(302, { location: other.url }).end());
    ok(await put("moved", { kind: "http", baseUrl: url, headers: { "X-Team": "ops" } }));
    expect(await tryOf("moved")).toMatchObject({ reachable: true, message: "It answers: status 302." });
    expect(other.asked).toEqual([]);
    // Nor does a body say where to go.
    const answer = await client.request("POST", "providers/moved/test", {
      json: { host: other.url, baseUrl: other.url, provider: { kind: "http", baseUrl: other.url } },
    });
    expect(answer.json).toMatchObject({ message: "It answers: status 302." });
    expect(other.asked).toEqual([]);
  });

  it("tells in a sentence why there is no answer", async () => {
    const { url } = await api((request) => request.socket.destroy());
    ok(await put("cut", { kind: "http", baseUrl: url }));
    expect(await tryOf("cut")).toMatchObject({
      reachable: false,
      message: expect.stringContaining("closed the connection"),
    });
    const gone = createServer();
    await new Promise<void>((done) => gone.listen(0, "127.0.0.1", done));
    const { port } = gone.address() as AddressInfo;
    await new Promise((done) => gone.close(done));
    ok(await put("gone", { kind: "http", baseUrl: `http://127.0.0.1:${port}` }));
    expect(await tryOf("gone")).toMatchObject({
      reachable: false,
      message: expect.stringContaining("Nothing listens at"),
    });
  });

  it("goes where no step may go no more than a step does", async () => {
    ok(await put("metadata", { kind: "http", baseUrl: "http://169.254.169.254/latest" }));
    const { reachable, message } = await tryOf("metadata");
    expect(reachable).toBe(false);
    expect(message).toContain("No step may ask such addresses");
  });

  it("says what is missing", async () => {
    ok(await put("keyless", ssh({ key: { secret: "not_set" } })));
    expect(await tryOf("keyless")).toMatchObject({
      kind: "ssh",
      reachable: false,
      message:
        'The provider "keyless" needs the secret not_set, which no value was given for: rota secrets set not_set (for run --local: ROTA_SECRET_NOT_SET=…).',
    });
    expect((await client.request("POST", "providers/nobody/test")).status).toBe(404);
    expect((await client.request("POST", "providers/http/test")).status).toBe(404);
  });

  it("of the sandbox runs a program there, declared or not", async () => {
    expect(await tryOf("local")).toMatchObject({
      kind: "local",
      reachable: true,
      message: "A command ran there.",
    });
  });

  it("of this machine needs the server's consent, and shows whose rights commands have", async () => {
    const user = userInfo().username;
    ok(await put("here", { kind: "host", user }));
    expect(await tryOf("here")).toMatchObject({ reachable: false });
    expect((await tryOf("here")).message).toContain("--allow-host-steps");
    const willing = await startServer({}, { ROTA_ALLOW_HOST_STEPS: "true" });
    onTestFinished(() => willing.stop());
    const its = wireClient(willing.address, "default", willing.login);
    for (const [name, as] of [
      ["here", user],
      ["nobody-there", "no-such-user-of-this-machine"],
    ])
      ok(await its.request("PUT", `providers/${name}`, { json: { provider: { kind: "host", user: as } } }));
    expect(await tryOf("here", its)).toMatchObject({ kind: "host", reachable: true });
    expect(await tryOf("nobody-there", its)).toMatchObject({ reachable: false });
  });
});
