import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root, type Started, startServer } from "../server/start-server.ts";
import { rota } from "./rota.ts";

let started: Started;
let folder: string;
let env: Record<string, string>;
const file = () => join(folder, "rota", "logins.json");

beforeAll(async () => {
  started = await startServer();
});
afterAll(() => started.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-login-"));
  env = { XDG_CONFIG_HOME: folder, ROTA_SERVER: started.address };
  return () => rm(folder, { recursive: true, force: true });
});

const run = (args: string[], more: { env?: Record<string, string>; input?: string } = {}) =>
  rota(args, { cwd: folder, ...more, env: { ...env, ...more.env } });
const login = (more: string[] = []) =>
  run(["login", "--email", root.email, ...more], { input: `${root.password}\n` });
const kept = async () =>
  JSON.parse(await readFile(file(), "utf8")) as { logins: { token: string; id: string; address: string }[] };
/** Whether the server takes a token. */
const isGood = async (token: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${started.address}/api/default/session`, { headers })).status === 200;
};

describe("rota login", () => {
  it("keeps a token that the other commands use, for nobody else to read", async () => {
    expect((await run(["list"])).code).toBe(2);
    const done = await login();
    expect(done.code, done.err).toBe(0);
    expect(done.out).toMatch(
      /^Logged in to http:\/\/127\.0\.0\.1:\d+ as root@example\.com, organization default until /,
    );
    expect(done.out + done.err).not.toContain(root.password);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "rota"))).mode & 0o777).toBe(0o700);
    const text = await readFile(file(), "utf8");
    expect(text).not.toContain(root.password);
    expect(done.out + done.err).not.toContain((await kept()).logins[0]?.token);
    expect((await run(["list"])).code).toBe(0);
  });

  it("is for one server and one organization, and comes after ROTA_TOKEN", async () => {
    await login();
    expect((await run(["list", "--organization", "acme"])).code).toBe(2);
    const elsewhere = await run(["list"], { env: { ROTA_SERVER: "http://127.0.0.1:9" } });
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.err).toContain("There is no token for http://127.0.0.1:9");
    expect((await run(["list"], { env: { ROTA_TOKEN: "rota_x" } })).code).toBe(20);
  });

  it("again ends the token before", async () => {
    await login();
    const [before] = (await kept()).logins;
    await login();
    const { logins } = await kept();
    expect(logins).toHaveLength(1);
    expect(logins[0]?.token).not.toBe(before?.token);
    expect(await isGood(before?.token ?? "")).toBe(false);
    expect(await isGood(logins[0]?.token ?? "")).toBe(true);
  });

  it("keeps nothing where the password is wrong, missing or for nobody", async () => {
    const wrong = await run(["login", "--email", root.email], { input: "wrong horse\n" });
    expect(wrong.code).toBe(20);
    expect(wrong.err).toMatch(/knows nobody with this e-mail address and password/);
    expect(wrong.err).not.toContain("wrong horse");
    expect((await run(["login", "--email", root.email])).code).toBe(2);
    expect((await run(["login"], { input: "x\n" })).err).toMatch(/--email/);
    expect((await run(["login", "--email", "nobody"], { input: "x\n" })).code).toBe(2);
    expect((await login(["--days", "0"])).code).toBe(2);
    await expect(stat(file())).rejects.toThrow(/ENOENT/);
  });

  it("takes a token in place of a password", async () => {
    const made = await fetch(`${started.address}/api/default/tokens`, {
      method: "POST",
      headers: { authorization: started.login, "content-type": "application/json" },
      body: JSON.stringify({ name: "by hand" }),
    });
    const { token } = (await made.json()) as { token: string };
    const done = await run(["login", "--token"], { input: `${token}\n` });
    expect(done.code, done.err).toBe(0);
    expect(done.out).not.toContain(token);
    expect((await run(["list"])).code).toBe(0);
    expect((await run(["login", "--token"], { input: "nothing\n" })).code).toBe(2);
    expect((await run(["login", "--token"], { input: `${token.slice(0, -1)}!\n` })).code).toBe(2);
  });

  it("that has ended says so", async () => {
    await mkdir(join(folder, "rota"), { mode: 0o700 });
    const ended = {
      address: started.address,
      organization: "default",
      email: root.email,
      id: "x",
      token: "rota_x",
      expires_at: 1,
    };
    await writeFile(file(), JSON.stringify({ logins: [ended] }), { mode: 0o600 });
    const listed = await run(["list"]);
    expect(listed.code).toBe(2);
    expect(listed.err).toMatch(/has ended\nLog in again: rota login/);
  });

  it("is not used when others may read it, or when it is damaged", async () => {
    await login();
    await chmod(file(), 0o640);
    const open = await run(["list"]);
    expect(open.code).toBe(2);
    expect(open.err).toMatch(/others of this machine may read it[\s\S]*chmod 600/);
    await chmod(file(), 0o600);
    await writeFile(file(), "{");
    expect((await run(["list"])).err).toMatch(/is damaged\nRemove it, then log in again/);
  });
});

describe("rota logout", () => {
  it("ends the token on the server and removes it here", async () => {
    await login();
    const [one] = (await kept()).logins;
    const done = await run(["logout"]);
    expect(done.code, done.err).toBe(0);
    expect(await isGood(one?.token ?? "")).toBe(false);
    await expect(stat(file())).rejects.toThrow(/ENOENT/);
    const again = await run(["logout"]);
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/No login is kept/);
  });

  it("keeps what it could not end, unless told otherwise", async () => {
    await login();
    const text = (await readFile(file(), "utf8")).replaceAll(started.address, "http://127.0.0.1:9");
    await writeFile(file(), text, { mode: 0o600 });
    const gone = { env: { ROTA_SERVER: "http://127.0.0.1:9" } };
    const failed = await run(["logout"], gone);
    expect(failed.code).toBe(21);
    expect(failed.err).toMatch(/logout --forget/);
    expect((await kept()).logins).toHaveLength(1);
    expect((await run(["logout", "--forget"], gone)).code).toBe(0);
    await expect(stat(file())).rejects.toThrow(/ENOENT/);
  });
});
