import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, wireClient } from "../contract/wire/client.ts";
import { type Started, startServer } from "../server/start-server.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";
import { stubServer } from "./stub-server.ts";

let started: Started;
beforeAll(async () => {
  started = await startServer();
  const { request } = wireClient(started.address, "default", started.login);
  for (const role of ["sre", "dba"]) await request("POST", "roles", { json: { role } });
  const eve = { authorization: basic("eve@example.com", "a guess") };
  for (let n = 0; n < 3; n += 1) await request("GET", "actions", eve);
});
afterAll(() => started.stop());

const ask = (...args: readonly string[]) =>
  rota(["audit", ...args], {
    env: { ROTA_SERVER: started.address, ROTA_TOKEN: started.login.replace(/^Basic /, "") },
  });

describe("rota audit", () => {
  it("shows who did what to what, from where, newest first", async () => {
    const { code, out, err } = await ask("--actor", "root@example.com");
    expect([code, err]).toEqual([0, ""]);
    const [headings = "", ...rows] = out.trimEnd().split("\n");
    expect(headings).toMatch(/^WHEN +WHO +DID +TO +FROM +OUTCOME +DETAIL$/);
    const tail = rows.map((row) => row.slice(headings.indexOf("WHO")).split(/ {2,}/));
    expect(tail).toEqual([
      ["root@example.com", "create", "role:dba", "127.0.0.1", "done"],
      ["root@example.com", "create", "role:sre", "127.0.0.1", "done"],
      ["root@example.com", "login", "user:root@example.com", "127.0.0.1", "done", "with a password"],
    ]);
    expect(rows[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}\(.*\)/);
  });

  it("narrows, pages, and says so when there is nothing", async () => {
    const [refused, none, first, json] = await Promise.all([
      ask("--refused", "--since", "1h"),
      ask("--until", "1h"),
      ask("--limit", "1", "--action", "create"),
      ask("--format", "json", "--object", "role:sre"),
    ]);
    expect(refused.out).toMatch(
      /eve@example\.com +login +route:GET \/api\/:org\/actions +127\.0\.0\.1 +refused +Unauth/,
    );
    expect(none.out).toBe("Nothing in the audit is like that.\n");
    expect(first.out).toContain("role:dba");
    const [, cursor = ""] = /--cursor (\S+)/.exec(first.err) ?? [];
    expect((await ask("--limit", "1", "--action", "create", "--cursor", cursor)).out).toContain("role:sre");
    expect(JSON.parse(json.out)).toEqual({
      items: [
        {
          number: expect.any(Number),
          at: expect.any(Number),
          actor: "root@example.com",
          action: "create",
          object: "role:sre",
          address: "127.0.0.1",
          outcome: "done",
          detail: null,
          count: 1,
        },
      ],
      next: null,
    });
  });

  it.each([
    [["--since", "yesterday"], "--since is no time; write a time like 2h"],
    [["--limit", "0"], "A whole number from 1 to 1000 is needed."],
    [["--verify", "--head", "12"], "--head is no head of the audit"],
    [["--head", `1:${"a".repeat(64)}`], "--head belongs to --verify"],
    [["--object", "no_such_action"], "There is no action of that name now; write <type>:<id>"],
  ])("refuses %j with a sentence", async (args, sentence) => {
    const { code, err } = await ask(...args);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });

  it("verifies, takes a head that was noted, and names what was altered", async () => {
    const whole = await ask("--verify");
    expect(whole.code).toBe(0);
    expect(whole.out).toMatch(/^The audit is as it was written: \d+ entries from number 1, /);
    const [, head = "none yet"] = /^Head: (\S+)$/m.exec(whole.out) ?? [];
    expect(head).toMatch(/^1:[0-9a-f]{64}$/);
    expect((await ask("--verify", "--head", head)).code).toBe(0);
    const forged = await ask("--verify", "--head", `1:${"0".repeat(64)}`);
    expect(forged.code).toBe(3);
    expect(forged.out).toContain("seal 1, as it was noted, is not in the chain");

    const database = new DatabaseSync(`${started.dataDir}/rota.db`, { timeout: 5000 });
    database.exec(
      "DROP TRIGGER audit_is_never_changed; UPDATE audit SET actor = 'bob@example.com' WHERE number = 1",
    );
    database.close();
    const altered = await ask("--verify");
    expect(altered.code).toBe(3);
    expect(altered.out).toContain(
      "The audit is not as it was written, first at entry 1:\n  entry 1 is not as it was sealed\n",
    );
    expect(JSON.parse((await ask("--verify", "--format", "json")).out)).toMatchObject({
      ok: false,
      problems: [{ number: 1, message: "entry 1 is not as it was sealed" }],
    });
  });

  it("draws nothing that a hostile entry says", async () => {
    const entry = {
      number: 1,
      at: 1_785_585_600_000_000,
      actor: "eve\u001b[2J",
      action: "login",
      object: "route:\u202eGET",
      address: "::1",
      outcome: "refused",
      detail: "a\u0007\nb",
      count: 4999,
    };
    const route = "GET /api/default/audit?limit=20";
    const { env } = await stubServer({ [route]: { items: [entry], next: null } });
    const { out } = await rota(["audit"], { cwd: folder(), env });
    expect(out).not.toMatch(/[\u001b\u202e\u0007]/);
    expect(out).toContain("refused 4999 times");
  });
});
