import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { root, type Started, startServer } from "../server/start-server.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

let started: Started;
beforeAll(async () => {
  started = await startServer();
});
afterAll(() => started.stop());

const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const env = () => ({
  ROTA_SERVER: started.address,
  ROTA_TOKEN: Buffer.from(`${root.email}:${root.password}`).toString("base64"),
});

/** An API that answers this; where it is, and how often it was asked. */
async function api(status: number): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

const project = (providers: string) => `organization: default\nscope: team/places\n${providers}`;
const web = (port: number) =>
  `  web-1: { kind: ssh, host: web-1.example.com, port: ${port}, user: ops, key: { secret: web1_key }, hostKey: "${hostKey} root@web-1", jump: bastion }\n`;
const bastion = `  bastion: { kind: ssh, host: "2001:db8::1", user: ops, key: { secret: web1_key }, hostKey: "${hostKey}" }\n`;

describe("providers of a repository", () => {
  it("are applied, changed one by one, put back where they drifted, and pruned", async () => {
    const { url } = await api(204);
    const cwd = folder({
      "rota.yaml": project(
        `providers:\n${web(22)}${bastion}  api: { kind: http, baseUrl: "${url}/" }\n  here: { kind: host, user: ops }\n`,
      ),
    });
    const run = (...args: readonly string[]) => rota(args, { cwd, env: env() });
    const write = (providers: string) => writeFileSync(join(cwd, "rota.yaml"), project(providers));

    const first = await run("apply", "--yes");
    expect(first).toMatchObject({ code: 0 });
    expect(first.err).toContain("+ provider web-1");
    expect((await run("plan")).out).toContain("No changes. 4 providers up to date.");

    const listed = await run("providers");
    expect(listed).toMatchObject({ code: 0, err: "" });
    expect(listed.out.split("\n").map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ["NAME", "KIND", "TARGET"],
      ["api", "http", url],
      ["bastion", "ssh", "ops@[2001:db8::1]:22"],
      ["here", "host", "ops on the server's machine"],
      ["web-1", "ssh", "ops@web-1.example.com:22 through bastion"],
      [""],
    ]);
    const { items } = JSON.parse((await run("providers", "--format", "json")).out) as { items: object[] };
    expect(items[3]).toMatchObject({
      name: "web-1",
      managed_by: "team/places",
      provider: { kind: "ssh", key: { secret: "web1_key" }, hostKey, jump: "bastion" },
    });

    write(
      `providers:\n${web(2222)}${bastion}  api: { kind: http, baseUrl: "${url}" }\n  here: { kind: host, user: ops }\n`,
    );
    const planned = JSON.parse((await run("plan", "--format", "json")).out) as {
      operations: { name: string; operation: string; fields: object[] }[];
    };
    expect(planned.operations).toMatchObject([
      { name: "web-1", operation: "update", fields: [{ path: "port", after: 2222 }] },
    ]);
    expect((await run("apply", "--yes")).code).toBe(0);

    // Changed by hand on the server: the plan calls it drift, and apply puts it back.
    const drifted = await fetch(`${started.address}/api/default/providers/here`, {
      method: "PUT",
      headers: { authorization: started.login, "content-type": "application/json" },
      body: JSON.stringify({ provider: { kind: "host", user: "root" } }),
    });
    expect(drifted.status).toBe(200);
    const drift = await run("plan");
    expect(drift.out).toContain("~ provider here (drift: it was changed on the server)");
    expect((await run("apply", "--yes")).code).toBe(0);
    expect((await run("providers")).out).toContain("ops on the server's machine");

    write(`providers:\n${bastion}  api: { kind: http, baseUrl: "${url}" }\n`);
    expect((await run("plan")).out).toContain("orphaned: provider web-1");
    const pruned = await run("apply", "--yes", "--prune");
    expect(pruned).toMatchObject({ code: 0 });
    expect(pruned.err).toContain("- provider web-1");
    expect((await run("providers")).out).not.toMatch(/web-1|here/);

    const tried = await run("providers", "test", "api");
    expect(tried).toMatchObject({ code: 0, err: "" });
    expect(tried.out).toMatch(/^api can be reached \(http, \d+ ms\): It answers: status 204\.\n$/);
    expect(JSON.parse((await run("providers", "test", "api", "--format", "json")).out)).toMatchObject({
      name: "api",
      kind: "http",
      reachable: true,
    });
  }, 120_000); // it starts the program fifteen times
});

describe("steps at providers", () => {
  const runbook = [
    "type: runbook",
    "description: Looks at two places",
    "steps:",
    "  - { name: Ask, provider: api, http: { url: /health, expect: { status: 204 } } }",
    "  - { name: Look, run: echo from the sandbox }",
    "",
  ].join("\n");
  const files = (url: string) => ({
    "rota.yaml": project(`providers:\n  api: { kind: http, baseUrl: "${url}" }\n`),
    "actions/look/action.yaml": runbook,
  });

  it("C1: a runbook works at the places that its steps name, each at its own, and says when one is gone", async () => {
    const { url, asked } = await api(204);
    const cwd = folder(files(url));
    const run = (...args: readonly string[]) => rota(args, { cwd, env: env() });
    const applied = await run("apply", "--yes");
    expect(applied.code, applied.err).toBe(0);
    const done = await run("run", "look");
    expect(done.code, done.err).toBe(0);
    expect(done.err).toContain("from the sandbox");
    expect(asked()).toBe(1);

    // Deleting one that a live action names is allowed: the step says what is missing.
    const gone = await fetch(`${started.address}/api/default/providers/api`, {
      method: "DELETE",
      headers: { authorization: started.login },
    });
    expect(gone.status).toBe(200);
    const failed = await run("run", "look");
    expect(failed.code).toBe(30);
    expect(failed.err).toContain('There is no provider "api": declare it under providers in rota.yaml');
    expect((await run("plan")).out).toContain("+ provider api (drift: it was removed on the server)");
  }, 120_000);

  it("N1: a runbook of the work tree is tried without a server, at the places that rota.yaml declares", async () => {
    const { url, asked } = await api(204);
    const { code, err } = await rota(["run", "look", "--local"], { cwd: folder(files(url)) });
    expect(code, err).toBe(0);
    expect(asked()).toBe(1);
  });
});

describe("rota providers test", () => {
  const run = (...args: readonly string[]) => rota(["providers", ...args], { env: env() });

  it("ends with 1 when it is not reached, and says why", async () => {
    const put = await fetch(`${started.address}/api/default/providers/keyless`, {
      method: "PUT",
      headers: { authorization: started.login, "content-type": "application/json" },
      body: JSON.stringify({
        provider: { kind: "ssh", host: "x.example.com", user: "ops", key: { secret: "unset" }, hostKey },
      }),
    });
    expect(put.status).toBe(200);
    const { code, out } = await run("test", "keyless");
    expect(code).toBe(1);
    expect(out).toContain(
      'keyless cannot be reached (ssh, 0 ms): The provider "keyless" needs the secret unset',
    );
  });

  it("knows the sandbox", async () => {
    const { code, out } = await run("test", "local");
    expect(out).toMatch(/^local can be reached \(local, \d+ ms\): A command ran there\.\n$/);
    expect(code).toBe(0);
  });

  it("says what it needs", async () => {
    const [nothing, unknown, other] = await Promise.all([run("test"), run("test", "keyles"), run("web-1")]);
    expect(nothing.code).toBe(2);
    expect(nothing.err).toContain("rota providers test NAME");
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('has no provider "keyles"');
    expect(unknown.err).toContain("Did you mean keyless?");
    expect(other.code).toBe(2);
    expect(other.err).toContain("`rota providers test NAME` tries one");
  });
});
