import { beforeAll, describe, expect, it } from "vitest";
import { type Started, startServer } from "../server/start-server.ts";
import { folder } from "./folder.ts";
import { type Ended, rota } from "./rota.ts";

let server: Started;
beforeAll(async () => {
  server = await startServer();
  return () => server.stop();
});

const tokenOf = (email: string, password: string) => Buffer.from(`${email}:${password}`).toString("base64");
const run = (args: readonly string[], input?: string, token?: string): Promise<Ended> =>
  rota(args, {
    env: { ROTA_SERVER: server.address, ROTA_TOKEN: token ?? server.login.replace("Basic ", "") },
    cwd: folder(),
    ...(input !== undefined && { input }),
  });
const json = async <T>(args: readonly string[], token?: string): Promise<T> =>
  JSON.parse((await run([...args, "--format", "json"], undefined, token)).out) as T;

describe("rota users, roles and tokens", () => {
  it("M5: bring a person in, give and take rights, and log them out", async () => {
    const added = await run(["users", "add", "Ada@example.com", "--role", "viewer"], "a first password\n");
    expect(added).toMatchObject({ code: 0, err: "" });
    const ada = tokenOf("ada@example.com", "a first password");
    expect((await run(["list"], undefined, ada)).code).toBe(0);
    const listed = await run(["users"]);
    expect(listed.out).toMatch(
      /^EMAIL +NAME +ROLES +SINCE\nroot@example\.com +root .*Z\nada@example\.com +viewer +.*Z\n$/,
    );

    const refused = await run(["users"], undefined, ada);
    expect(refused).toMatchObject({ code: 20, out: "" });
    expect(refused.err).toBe(
      "rota: Not allowed: ada@example.com needs AllowList on user:_all_default\n" +
        "Ask an administrator for a role that allows it; `rota help roles` shows how they give one.\n",
    );

    expect((await run(["roles", "create", "web-team"])).out).toContain("Created web-team");
    expect((await run(["roles", "grant", "web-team", "runs:name:web-*", "AllowPost", "AllowGet"])).out).toBe(
      "web-team allows AllowPost, AllowGet on runs:name:web-*.\n",
    );
    expect((await run(["roles", "add", "web-team", "ada@example.com"])).code).toBe(0);
    expect((await run(["roles", "show", "web-team"])).out).toMatch(
      /^OBJECT +ALLOWS\nruns:name:web-\* +AllowGet AllowPost\nHad by: ada@example\.com\n$/,
    );
    expect((await run(["users", "set", "ada@example.com", "--role", "operator"])).code).toBe(0);
    expect(await json(["users", "set", "ada@example.com", "--first-name", "Ada"])).toMatchObject({
      email: "ada@example.com",
      first_name: "Ada",
      role: "operator",
      roles: ["operator", "web-team"],
    });

    const made = await run(
      ["tokens", "create", "--name", "ci", "--expires", "30d", "--role", "viewer"],
      "",
      ada,
    );
    expect(made.out).toMatch(/^rota_\S+\n$/);
    expect(made.err).toMatch(
      /shown this once: it acts as ada@example\.com and may no more than viewer, until /,
    );
    const token = made.out.trim();
    expect((await run(["list"], undefined, token)).code).toBe(0);
    const { items } = await json<{ items: readonly { id: string; role: string; last_used_at: number }[] }>(
      ["tokens"],
      ada,
    );
    expect(items).toMatchObject([{ name: "ci", role: "viewer", created_by: "ada@example.com" }]);

    const changed = await run(
      ["users", "password", "ada@example.com", "--old"],
      "a first password\nanother secret word\n",
      ada,
    );
    expect(changed).toMatchObject({ code: 0, err: "" });
    expect((await run(["list"], undefined, token)).code).toBe(20);
    expect((await run(["list"], undefined, ada)).code).toBe(20);
    expect((await run(["users", "logout", "ada@example.com"])).code).toBe(0);
    expect((await run(["users", "delete", "ada@example.com"])).out).toContain("Removed ada@example.com");
    for (const { out, err } of [added, listed, changed])
      expect(out + err).not.toMatch(/first password|secret word/);
  }, 120_000);

  it("say what a permission does not do, and who was added without one", async () => {
    expect((await run(["users", "add", "bob@example.com"], "password of bob\n")).out).toContain(
      "Added bob@example.com, without a role",
    );
    const unknown = await run(
      ["users", "add", "eve@example.com", "--role", "opperator"],
      "password of eve\n",
    );
    expect(unknown.err).toContain('There is no role "opperator"');
    await run(["roles", "create", "night-team"]);
    const grant = (object: string) => run(["roles", "grant", "night-team", object, "AllowAll"]);
    expect((await grant("actions:x")).err).toContain(
      'Rota asks about no "actions"; its types are action_scripts, runs, ',
    );
    expect((await grant("action_script:x")).err).toContain(
      'Rota asks about no "action_script"; did you mean action_scripts?',
    );
    expect((await grant("secrets:name:x-*")).err).toContain(
      "patterns of names are for action_scripts, runs, approval",
    );
    expect((await grant("runs:_all_defualt")).err).toContain('this is the organization "default"');
    expect((await grant("runs:_all_default")).err).toBe("");
    const taken = await run(["roles", "revoke", "night-team", "runs:name:x-*", "AllowGet"]);
    expect(taken.out).toBe("Took AllowGet on runs:name:x-* from night-team.\n");
    expect(taken.err).toBe("night-team still allows it, by AllowAll on runs:_all_default.\n");
    const token = (await run(["tokens", "create", "--name", "narrow", "--role", "night-team"])).out.trim();
    expect((await run(["users"], undefined, token)).err).toContain(
      "The narrowed token of root@example.com needs AllowList on user:_all_default",
    );
  }, 60_000);

  it("show the built-in roles, and what is at most allowed to a token of permissions", async () => {
    const roles = await run(["roles"]);
    expect(roles.out).toMatch(/^ROLE +WHAT IT IS FOR\nviewer +sees actions/);
    const made = await json<{ token: string; id: string; permissions: object }>([
      ...["tokens", "create", "--name", "night"],
      ...["--grant", "runs:name:web-*=AllowPost,AllowGet"],
    ]);
    expect(made.permissions).toEqual([
      { object: "runs:name:web-*", permission: "AllowGet" },
      { object: "runs:name:web-*", permission: "AllowPost" },
    ]);
    expect((await run(["tokens"])).out).toContain("runs:name:web-*=AllowGet runs:name:web-*=AllowPost");
    expect((await run(["tokens", "delete", made.id])).code).toBe(0);
  }, 60_000);

  it.each([
    [["users", "ad"], "did you mean add?"],
    [["users", "add"], "rota users add EMAIL"],
    [["users", "list", "a@example.com"], "takes no e-mail"],
    [["users", "add", "a@example.com"], "The password is missing"],
    [["users", "set", "a@example.com"], "What is to be changed?"],
    [["users", "password", "root@example.com"], "Please provide existing password"],
    [["tokens", "create"], "rota tokens create --name NAME"],
    [["tokens", "create", "--name", "x", "--expires", "soon"], "--expires is a span"],
    [["tokens", "create", "--name", "x", "--grant", "runs"], "--grant is an object"],
    [["tokens", "delete"], "rota tokens delete ID"],
    [["tokens", "delete", "nosuch"], 'no API token with the id "nosuch"\n`rota tokens` lists them'],
    [["tokens", "list", "--name", "ci"], "--name belongs to rota tokens create"],
    [["users", "--role", "viewer"], "--role belongs to rota users add and rota users set"],
    [["users", "set", "zoe@example.com", "--role", "viewer"], 'There is no "zoe@example.com"'],
    [
      ["users", "password", "zoe@example.com"],
      'There is no "zoe@example.com" in this organization\n`rota users`',
    ],
    [["roles", "show", "nothing"], 'There is no role "nothing"\n`rota roles` lists'],
    [["roles", "delete", "nothing"], 'There is no role "nothing"'],
    [["roles", "grant", "x", "runs:a"], "rota roles grant NAME OBJECT PERMISSION"],
    [["roles", "create", "admin"], "none of the standard roles"],
    [["roles", "grant", "viewer", "runs:a", "AllowPost"], "is a built-in role"],
    [["roles", "delete", "viewer"], "is a built-in role"],
  ])("%j is refused with a sentence", async (args, sentence) => {
    const { code, out, err } = await run(args, args[1] === "password" ? "some password\n" : "");
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(sentence);
  });
});
