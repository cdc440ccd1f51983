import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";
import { type Served, served } from "./served.ts";

const project = {
  "rota.yaml": `scope: team
serviceAccounts:
  a@example.com: { permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }] }
`,
  "actions/good/action.yaml":
    'type: scheduled\nschedule: { cron: "0 7 1 1 *" }\nserviceAccount: a@example.com\n',
  "actions/good/main.py": 'def main():\n    print("well done")\n',
  "actions/upper/action.yaml": "type: realtime\nserviceAccount: a@example.com\n",
  "actions/upper/main.py": "def main(data, logger):\n    return [str(one).upper() for one in data]\n",
  "actions/upper/example.json": '["a", "b"]',
};

function start(
  args: readonly string[],
  files: Record<string, string> = {},
  env: Record<string, string> = {},
): Served {
  const server = served(args, folder(files), env);
  onTestFinished(() => void server.child.kill("SIGKILL"));
  return server;
}
const refused = (env: Record<string, string>) =>
  rota(["serve"], { cwd: folder(), env: { ROTA_PORT: "0", ...env } });

describe("npm start", () => {
  it("hands SIGTERM to the server, and leaves none behind", async () => {
    const child = spawn("npm", ["start"], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ROTA_PORT: "0", ROTA_DATA: folder() },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    onTestFinished(() => void killGroup(child.pid));
    let text = "";
    const serves = Promise.withResolvers<void>();
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      if (text.includes("serves http:")) serves.resolve();
    });
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    // Only when the server has closed its output too, which it shares with npm.
    const closed = new Promise((resolve) => child.once("close", resolve));
    await serves.promise;
    child.kill("SIGTERM");
    await closed;
    expect(text).toContain("Stopping");
  }, 60_000);
});

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}

describe("rota serve", () => {
  it("tells where it is and how to log in, applies, runs one action of each kind, and ends on Ctrl-C", async () => {
    const server = start(["--apply", ".", "--allow-host-steps"], project);
    await server.shows(/Try next[\s\S]*new my_action.*\n/);
    const text = server.text();
    expect(text.split("\n").length).toBeLessThanOrEqual(25);
    expect(text).toContain("+ 1 service account\n  + action good\n  + action upper\n");
    expect(text).toMatch(/good +succeeded after/);
    expect(text).toMatch(/upper +succeeded after .*, 2 records came back/);
    const [, address = ""] = await server.shows(/serves (http:\S+),/);
    const [, token = ""] = await server.shows(/export ROTA_TOKEN=(\S+)/);
    const listed = await rota(["list", "--format", "json", "--server", address], {
      env: { ROTA_TOKEN: token },
    });
    expect(JSON.parse(listed.out).items.map(({ name }: { name: string }) => name)).toEqual(["good", "upper"]);
    const told = await fetch(`${address}/api/default/server`, {
      headers: { authorization: `Basic ${token}` },
    });
    expect(await told.json()).toMatchObject({ host_steps: true });
    expect(await server.stop()).toBe(130);
  });

  it("shows a password once, and applies also where it does not know it", async () => {
    const cwd = folder(project);
    const first = served([], cwd, {});
    const [, password = ""] = await first.shows(/password (\S+) \(shown this once\)/);
    await first.shows(/Try next/);
    await first.stop();
    const second = served(["--apply", ".", "--run", "good"], cwd, {});
    onTestFinished(() => void second.child.kill("SIGKILL"));
    await second.shows(/Try next/);
    expect(second.text()).toContain("made at an earlier start");
    expect(second.text()).toMatch(/good +succeeded/);
    expect(second.text()).not.toMatch(/upper +succeeded/);
    expect(second.text()).not.toContain(password);
    await second.stop();
  });

  it("goes on when an action fails, and when the repository cannot be applied", async () => {
    const failing = {
      ...project,
      "actions/good/main.py": 'def main():\n    raise SystemExit("not today")\n',
    };
    const server = start(["--apply", ".", "--run", "good", "--run", "none"], failing);
    await server.shows(/Try next/);
    expect(server.text()).toMatch(/good +failed after .*: .*not today/);
    expect(server.text()).toMatch(/none +not started: /);
    const invalid = start(["--apply", "."], { ...project, "actions/good/main.py": "def nothing(): pass\n" });
    await invalid.shows(/Try next/);
    expect(invalid.text()).toMatch(/Not applied: \.\n/);
    expect(invalid.text()).toContain("actions/good/main.py");
  });

  it("takes a login from its settings, and never repeats it", async () => {
    const env = { ROTA_ROOT_EMAIL: "ada@example.org", ROTA_ROOT_PASSWORD: "correct horse" };
    const server = start([], {}, env);
    await server.shows(/Try next/);
    expect(server.text()).toContain("Login ada@example.org, with the password of ROTA_ROOT_PASSWORD");
    expect(server.text()).not.toContain("correct horse");
  });

  it.each([
    [{ ROTA_PORT: "65536" }, "ROTA_PORT must be a whole number"],
    [{ ROTA_WORKERS: "many", ROTA_LOG: "loud" }, "ROTA_LOG must be one of"],
    [{ ROTA_ROOT_PASSWORD: "short" }, "ROTA_ROOT_PASSWORD must have at least 8 characters"],
    [{ ROTA_DATA: "/proc/here" }, "The data folder /proc/here cannot be made"],
    [{ ROTA_DATA: "/dev/null/here" }, "The data folder /dev/null/here cannot be made"],
  ])("refuses %j with a sentence and exit 2", async (env, said) => {
    const { code, err } = await refused(env as Record<string, string>);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).not.toContain("short");
  });

  it("refuses a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const { code, err } = await refused({ ROTA_PORT: String(port) });
    expect(code).toBe(2);
    expect(err).toContain(String(port));
  });

  it("keeps the first password for a start that can show it", async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    onTestFinished(() => void other.close());
    const cwd = folder(project);
    const { port } = other.address() as { port: number };
    const first = served([], cwd, { ROTA_PORT: String(port) });
    await first.shows(/is in use/);
    await first.stop();
    const second = served([], cwd, {});
    onTestFinished(() => void second.child.kill("SIGKILL"));
    await second.shows(/password (\S+) \(shown this once\)/);
    await second.shows(/export ROTA_SERVER=http:/);
    await second.stop();
  });

  it("runs what it created, and nothing at a later start", async () => {
    const cwd = folder(project);
    const first = served(["--apply", "."], cwd, {});
    await first.shows(/Try next/);
    expect(first.text()).toContain("First runs:");
    await first.stop();
    const second = served(["--apply", "."], cwd, {});
    onTestFinished(() => void second.child.kill("SIGKILL"));
    await second.shows(/Try next/);
    expect(second.text()).not.toContain("First runs:");
    await second.stop();
  });

  it("refuses a data folder that another server has", async () => {
    const ROTA_DATA = folder();
    const server = start([], {}, { ROTA_DATA });
    await server.shows(/Try next/);
    const { code, err } = await refused({ ROTA_DATA });
    expect(code).toBe(2);
    expect(err).toContain(`in use by another server (process ${server.child.pid})`);
  });
});
