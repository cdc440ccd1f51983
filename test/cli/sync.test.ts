import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";
import { type Served, served } from "./served.ts";

/*
 * validate, plan, apply, list and run against a real server. Each test has a scope and names of its own, so
 * that one server serves them all.
 */

const login = { ROTA_ROOT_EMAIL: "root@example.com", ROTA_ROOT_PASSWORD: "correct horse battery" };
const ROTA_TOKEN = Buffer.from(`${login.ROTA_ROOT_EMAIL}:${login.ROTA_ROOT_PASSWORD}`).toString("base64");
let server: Served;
let env: Record<string, string>;
let data: string;

beforeAll(async () => {
  const { mkdtempSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  data = mkdtempSync(join(tmpdir(), "rota-sync-"));
  server = served([], data, login);
  const [, address = ""] = await server.shows(/serves (http:\S+),/);
  env = { ROTA_SERVER: address, ROTA_TOKEN };
});
afterAll(async () => {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

let count = 0;
/** A committed repository with one scheduled action of a name that no other test has. */
function repository(more: Record<string, string> = {}) {
  count += 1;
  const name = `action_${count}`;
  const cwd = folder({
    "rota.yaml": `scope: scope-${count}
serviceAccounts:
  ${name}@example.com: { permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }] }
`,
    [`actions/${name}/action.yaml`]: `type: scheduled\nschedule: { cron: "0 7 1 1 *" }\nserviceAccount: ${name}@example.com\n`,
    [`actions/${name}/main.py`]: 'def main():\n    print("hello")\n',
    ...more,
  });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], {
      cwd,
      stdio: "pipe",
    });
  git("init", "--quiet", "--initial-branch", "main");
  const commit = (message = "change") => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
  };
  commit();
  return {
    name,
    cwd,
    commit,
    git,
    append: (file: string, text: string) => writeFileSync(join(cwd, file), text, { flag: "a" }),
    manifest: `actions/${name}/action.yaml`,
    run: (...args: string[]) => rota(args, { cwd, env }),
  };
}

describe("rota plan", () => {
  it("shows what would change, in three forms of one plan, and writes nothing", async () => {
    const { run, name } = repository();
    const text = await run("plan");
    expect(text.code).toBe(0);
    expect(text.out).toContain(`+ action ${name}`);
    expect(text.out).toContain("Plan: 2 to create.");
    const json = JSON.parse((await run("plan", "--format", "json")).out);
    expect(json.operations.map((one: { name: string }) => one.name)).toEqual([`${name}@example.com`, name]);
    expect((await run("plan", "--format", "markdown")).out).toMatch(/^### Rota: Plan: 2 to create\./);
    expect((await run("plan", "--detailed-exitcode")).code).toBe(10);
    const listed = JSON.parse((await run("list", "--format", "json")).out);
    expect(listed.items.map((item: { name: string }) => item.name)).not.toContain(name);
  });

  it("says that a folder holds no actions before it looks at a server", async () => {
    const cwd = folder({ "notes/text.md": "" });
    const { code, err } = await rota(["plan"], { cwd, env: { ...env, ROTA_SERVER: "http://127.0.0.1:9" } });
    expect(code).toBe(2);
    expect(err).toContain(`${cwd} holds no actions: it has neither a rota.yaml nor a folder actions/`);
    expect(err).toContain("rota init");
  });

  it("refuses what is not committed, and names it; --worktree takes it", async () => {
    const { run, append, manifest } = repository();
    append(manifest, "timeout: 5m\n");
    const dirty = await run("plan");
    expect(dirty.code).toBe(2);
    expect(dirty.err).toContain(manifest);
    expect(dirty.err).toContain("--worktree");
    const taken = await run("plan", "--worktree");
    expect(taken.code).toBe(0);
    expect(taken.out).toMatch(/timeout +"5m"/);
  });

  it("shows every problem of a repository that is not valid", async () => {
    const { run, append, manifest, commit } = repository();
    append(manifest, "tiemout: 5m\n");
    commit();
    const { code, out, err } = await run("plan");
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain(`${manifest}:4:1  UNKNOWN_KEY`);
    expect(err).toContain('did you mean "timeout"?');
  });

  it.each([
    ["a token that nobody has", { ROTA_TOKEN: "nobody" }, 20],
    ["no server", { ROTA_SERVER: "http://127.0.0.1:9" }, 21],
  ])("ends with its own code for %s", async (_, more, expected) => {
    const { cwd } = repository();
    expect((await rota(["plan"], { cwd, env: { ...env, ...more } })).code).toBe(expected);
  });
});

describe("rota apply", () => {
  it("does what the plan says, once", async () => {
    const { run, name } = repository();
    const first = await run("apply", "--yes");
    expect(first.code, first.err).toBe(0);
    expect(first.out).toContain("Applied: 2 done.");
    expect(first.err).toMatch(new RegExp(`done +create action ${name}`));
    expect((await run("plan", "--detailed-exitcode")).code).toBe(0);
    expect((await run("apply")).out).toContain("Nothing to apply");
    expect((await run("list")).out).toMatch(new RegExp(`${name} +scheduled +Ready +never +1 `));
  });

  it("asks first, and where nobody can answer applies nothing", async () => {
    const { run } = repository();
    const { code, err } = await run("apply");
    expect(code).toBe(2);
    expect(err).toContain("--yes");
    expect((await run("plan", "--detailed-exitcode")).code).toBe(10);
  });

  it("applies a saved plan, and refuses it once something moved", async () => {
    const { run, append, manifest, commit, cwd, git } = repository();
    expect((await run("plan", "--out", "plan.json")).code).toBe(0);
    expect((await run("apply", "--plan", "plan.json", "--yes")).code).toBe(0);
    append(manifest, "timeout: 5m\n");
    commit();
    const commits = git("log", "--format=%H").toString().trim().split("\n");
    const [now, before] = commits.map((commit) => commit.slice(0, 12));
    const stale = await run("apply", "--plan", "plan.json", "--yes");
    expect(stale.code).toBe(14);
    expect(stale.err).toContain(
      `stale: it was made at commit ${before}, and this is commit ${now}; since then`,
    );
    const plan = JSON.parse(readFileSync(join(cwd, "plan.json"), "utf8"));
    writeFileSync(join(cwd, "plan.json"), JSON.stringify({ ...plan, scope: "other" }));
    expect((await run("apply", "--plan", "plan.json", "--yes")).code).toBe(2);
    expect((await run("apply", "--plan", "none.json", "--yes")).err).toContain("no such file");
  });

  it("reports in JSON", async () => {
    const { run, name } = repository();
    const { code, out } = await run("apply", "--yes", "--format", "json");
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.exitCode).toBe(0);
    expect(report.items).toContainEqual(
      expect.objectContaining({ name, operation: "create", outcome: "done" }),
    );
  });

  it("leaves alone what others own, until --adopt names it", async () => {
    const one = repository();
    expect((await one.run("apply", "--yes")).code).toBe(0);
    const file = join(one.cwd, "rota.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^scope: .*$/m, "scope: somebody-else"));
    one.commit();
    const refused = await one.run("apply", "--yes");
    expect(refused.code).toBe(12);
    expect(refused.err).toContain("--adopt");
    const adopted = await one.run(
      "apply",
      "--yes",
      "--adopt",
      one.name,
      "--adopt",
      `${one.name}@example.com`,
    );
    expect(adopted.code, adopted.err).toBe(0);
  });

  it("tells of what is gone from git, and deletes it only with --prune", async () => {
    const { run, git, commit, name } = repository({
      "actions/stays/action.yaml": "type: runbook\nsteps: [{ name: A, run: echo }]\n",
    });
    expect((await run("apply", "--yes")).code).toBe(0);
    git("rm", "--quiet", "-r", `actions/${name}`);
    commit();
    expect((await run("plan")).out).toContain(`orphaned: action ${name}`);
    expect((await run("apply", "--yes", "--prune")).code).toBe(0);
    const listed = JSON.parse((await run("list", "--format", "json")).out);
    expect(listed.items.map((item: { name: string }) => item.name)).not.toContain(name);
  });
});

describe("a run on the server", () => {
  it("can be started, listed, shown and read again", async () => {
    const { run, name } = repository();
    expect((await run("apply", "--yes")).code).toBe(0);
    const ran = await run("run", name);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toMatch(/ hello\n/);
    const [, id = ""] = /^run (\S+) of/.exec(ran.err) ?? [];
    expect((await run("runs", name)).out).toMatch(new RegExp(`${id} +${name} +succeeded`));
    expect((await run("show", id)).out).toMatch(/^state +succeeded$/m);
    expect((await run("logs", id)).out).toMatch(/ hello\n/);
    expect(JSON.parse((await run("logs", id, "--format", "json")).out)).toMatchObject({
      sequence: 1,
      text: "hello",
    });
    expect((await run("cancel", id)).code).toBe(2);
    expect((await run("run", "no_such_action")).code).toBe(2);
  });

  it("ends with 30 and its reason when it fails", async () => {
    const { run, name, cwd, commit } = repository();
    writeFileSync(join(cwd, "actions", name, "main.py"), 'def main():\n    raise SystemExit("not today")\n');
    commit();
    expect((await run("apply", "--yes")).code).toBe(0);
    const { code, err } = await run("run", name);
    expect(code).toBe(30);
    expect(err).toContain("not today");
  });
});
