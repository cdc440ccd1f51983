import { spawn } from "node:child_process";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { entry, programEnv } from "../program.ts";
import { type Started, startServer } from "../server/start-server.ts";
import { folder } from "./folder.ts";
import { type Ended, rota } from "./rota.ts";
import { json, stubServer } from "./stub-server.ts";

let server: Started;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startServer();
  env = { ROTA_SERVER: server.address, ROTA_TOKEN: server.login.replace("Basic ", "") };
  return () => server.stop();
});

const secrets = (args: readonly string[], input?: string): Promise<Ended> =>
  rota(["secrets", ...args], { env, cwd: folder(), ...(input !== undefined && { input }) });

/** Types into a real terminal once it shows something; what the terminal showed, and what the command exited with. */
function atTerminal(
  args: readonly string[],
  shown: string,
  typed: string,
): Promise<{ code: number; screen: string }> {
  const script = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
screen = b""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    before, screen = screen, screen + piece
    if sys.argv[1].encode() in screen and sys.argv[1].encode() not in before:
        os.write(terminal, sys.argv[2].encode())
sys.stdout.buffer.write(screen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
  const words = ["-c", script, shown, typed, process.execPath, entry, "secrets", ...args];
  const child = spawn("python3", words, {
    env: { ...programEnv(), ...env },
    cwd: folder(),
  });
  let screen = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
  });
  child.stderr.resume();
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, screen })));
}

describe("rota secrets", () => {
  it("sets a value from standard input, lists it without the value, and deletes it", async () => {
    const set = await secrets(["set", "db-password"], "correct horse");
    expect(set).toMatchObject({
      code: 0,
      err: "",
      out: "Set db-password: runs that start from now on are given it.\n",
    });
    const listed = await secrets(["list"]);
    expect(listed.out).toMatch(/^NAME +SOURCE +SET +BY\ndb-password +stored +.*root@example\.com\n$/);
    const asJson = await secrets(["list", "--format", "json"]);
    expect(JSON.parse(asJson.out).items[0]).toMatchObject({ name: "db-password", source: "stored" });
    for (const { out, err } of [set, listed, asJson]) expect(out + err).not.toContain("horse");
    expect((await secrets(["delete", "db-password"])).out).toBe("Deleted db-password.\n");
    expect((await secrets(["list"])).out).toContain("rota secrets set NAME");
    const again = await secrets(["delete", "db-password"]);
    expect(again.code).toBe(2);
    expect(again.err).toContain("`rota secrets list` shows those that it has");
  });

  it("sends every byte, and says where a newline came along", async () => {
    const { env: stubbed, asked } = await stubServer({
      "PUT /api/default/secrets/key": (_: unknown, response: never) => json(response, 200, { name: "key" }),
    });
    const set = (input: string) => rota(["secrets", "set", "key"], { env: stubbed, cwd: folder(), input });
    expect((await set(" \ta\r\n\0ž\n")).err).toBe("");
    expect((await set("echoed\n")).err).toContain("ends with a newline, which is part of it");
    expect((await set("-----BEGIN-----\nabc\n-----END-----\n")).err).toBe("");
    expect(asked.map((one) => one.slice("PUT /api/default/secrets/key ".length))).toEqual([
      " \ta\r\n\0ž\n",
      "echoed\n",
      "-----BEGIN-----\nabc\n-----END-----\n",
    ]);
  });

  it.each([
    [["set", "name", "s3cretvalue"], "", "never an argument"],
    [["set", "name", "-----BEGIN s3cretvalue"], "", "never an argument"],
    [["set", "name", "--s3cretvalue"], "", "never an argument"],
    [["set", "name", "-s3cretvalue"], "", "never an argument"],
    [["set", "-----BEGIN s3cretvalue"], "", "The name of a secret has letters"],
    [["set", "name=s3cretvalue"], "", "The name of a secret has letters"],
    [["set", "../name"], "", "The name of a secret has letters"],
    [["set"], "s3cretvalue", "rota secrets set NAME"],
    [["set", "name"], "", "There is no value on standard input"],
    [["set", "name"], `s3cretvalue${"x".repeat(70_000)}`, "larger than 64 KiB"],
    [["delete"], "", "rota secrets delete NAME"],
    [["list", "name"], "", "takes no name"],
    [["show", "name"], "", "cannot be read back"],
    [["get", "name"], "", "cannot be read back"],
    [["s3cretvalue"], "", "rota secrets set NAME, rota secrets list or rota secrets delete NAME"],
    [[], "s3cretvalue", "What is to be done?"],
  ])("%j is refused with a sentence, and repeats no value", async (args, input, sentence) => {
    const { code, out, err } = await secrets(args, input);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(out + err).not.toContain("s3cretvalue");
  });

  it("asks at a terminal, and shows nothing of what is typed", async () => {
    const { code, screen } = await atTerminal(
      ["set", "typed"],
      "Value of typed",
      "hunter\x7f\x7fting for it\r",
    );
    expect(code, screen).toBe(0);
    expect(screen).toMatch(/not shown\): \r\n.*Set typed/s);
    expect(screen).not.toContain("hun");
    expect(screen).not.toContain("ing for it");
  });

  it("sets nothing when the answer is Ctrl-C or nothing", async () => {
    expect((await atTerminal(["set", "unset"], "Value of unset", "half\x03")).code).toBe(130);
    expect((await atTerminal(["set", "unset"], "Value of unset", "\r")).code).toBe(2);
    expect((await atTerminal(["set", "unset"], "Value of unset", "\x04")).code).toBe(2);
    expect((await secrets(["list"])).out).not.toContain("unset");
  });
});

describe("rota plan and apply", () => {
  it("warn of secrets without a value, and a saved plan holds when they are set meanwhile", async () => {
    const server = await startServer({}, { ROTA_SECRET_FROM_ENV: "given" });
    onTestFinished(() => server.stop());
    const env = { ROTA_SERVER: server.address, ROTA_TOKEN: server.login.replace("Basic ", "") };
    const cwd = folder({
      "rota.yaml": 'scope: test\nserviceAccounts: { "a@example.com": { permissions: [] } }\n',
      "actions/one/action.yaml":
        "type: scheduled\nschedule: { once: true }\nserviceAccount: a@example.com\nenabled: false\nenv: { A: { secret: api-key }, B: { secret: from-env } }\n",
      "actions/one/main.py": "def main():\n    pass\n",
    });
    const run = (...args: string[]) => rota(args, { cwd, env });
    const warning =
      "Warning: secret api-key has no value on the server (one): runs that need it fail until it is set with rota secrets set api-key";
    const planned = await run("plan", "--out", "plan.json");
    expect(planned.code, planned.err).toBe(0);
    expect(planned.out).toContain(warning);
    expect(planned.out).not.toContain("from-env has no value");
    expect(JSON.parse((await run("plan", "--format", "json")).out).hints).toHaveLength(1);
    await rota(["secrets", "set", "api-key"], { cwd, env, input: "value" });
    expect((await run("plan")).out).not.toContain("has no value");
    const applied = await run("apply", "--plan", "plan.json", "--yes");
    expect(applied.code, applied.err).toBe(0);
  });
});

describe("rota run --local", () => {
  const files = {
    "rota.yaml": 'serviceAccounts: { "a@example.com": { permissions: [] } }\n',
    "actions/one/action.yaml":
      "type: scheduled\nschedule: { once: true }\nserviceAccount: a@example.com\nenv: { A: { secret: api-key }, B: { secret: mounted } }\n",
    "actions/one/main.py": "import os\ndef main():\n    print(len(os.environ['A']), os.environ['B'])\n",
    "secrets/mounted": "in a file\n",
  };

  it("takes secrets from the environment and from files, and hides them", async () => {
    const cwd = folder(files);
    const more = { ROTA_SECRET_API_KEY: "of this environment", ROTA_SECRETS_DIR: "secrets" };
    const { code, err } = await rota(["run", "one", "--local"], { cwd, env: more });
    expect(code, err).toBe(0);
    expect(err).toContain(" 19 [redacted]");
  });

  it("says which secret is missing and how to give it", async () => {
    const { code, err } = await rota(["run", "one", "--local"], { cwd: folder(files) });
    expect(code).toBe(30);
    expect(err).toContain(
      'The variable A needs the secret "api-key", which has no value. Set it with: rota secrets set api-key (for run --local: ROTA_SECRET_API_KEY=…)',
    );
  });
});
