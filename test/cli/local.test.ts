import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasPip, writeWheel } from "../executor/environments/wheel.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const scheduled = (main: string, more = "") => ({
  "rota.yaml": 'serviceAccounts: { "a@example.com": { permissions: [] } }\n',
  "actions/one/action.yaml": `type: scheduled\nschedule: { once: true }\nserviceAccount: a@example.com\n${more}`,
  "actions/one/main.py": main,
});
const realtime = (main: string) => ({
  "rota.yaml": 'serviceAccounts: { "a@example.com": { permissions: [] } }\n',
  "actions/one/action.yaml": "type: realtime\nserviceAccount: a@example.com\n",
  "actions/one/main.py": main,
});
const local = (
  files: Record<string, string>,
  args: readonly string[] = [],
  more: { env?: Record<string, string>; input?: string } = {},
) => rota(["run", "one", "--local", ...args], { cwd: folder(files), ...more });

describe("rota run --local", () => {
  it("runs the files as they are, without a server, and leaves nothing behind", async () => {
    const TMPDIR = folder();
    const { code, out, err } = await local(scheduled('def main():\n    print("here")\n'), [], {
      env: { TMPDIR },
    });
    expect(code, err).toBe(0);
    expect(out).toBe("");
    expect(err).toMatch(/^\d\d:\d\d:\d\d\.\d{3} here\nsucceeded after /);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  it.runIf(hasPip())("installs the wheels that the folder brings, offline, and shows how", async () => {
    const cwd = folder({
      ...scheduled("import alpha_of_test\ndef main():\n    print(alpha_of_test.VERSION)\n"),
      "actions/one/pyproject.toml": '[project]\ndependencies = ["alpha-of-test"]\n',
    });
    writeWheel(join(cwd, "actions/one/wheels"), "alpha_of_test", "1.5");
    const { code, err } = await rota(["run", "one", "--local", "--offline"], { cwd });
    expect(code, err).toBe(0);
    expect(err).toMatch(/Installing with (pip|uv) for Python 3/);
    expect(err).toMatch(/\d 1\.5\nsucceeded after /);
    const elsewhere = await rota(["run", "one", "--offline"], { cwd });
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.err).toContain("--offline goes with --local");
  });

  it("gives records to a real-time action and prints what it returns, byte for byte JSON", async () => {
    const main =
      "def main(data, logger):\n    logger.info('%d came', len(data))\n    return [{'n': one} for one in data]\n";
    const { code, out, err } = await local(realtime(main), ["--input", "-"], { input: '[1, "zwei", null]' });
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toEqual([{ n: 1 }, { n: "zwei" }, { n: null }]);
    expect(err).toContain("info    3 came");
  });

  it.each([
    ["fails", "def main():\n    raise ValueError('no')\n", "", 30, "ValueError: no"],
    [
      "takes too long",
      "import time\ndef main():\n    time.sleep(60)\n",
      "timeout: 1s\n",
      31,
      "timed_out after",
    ],
  ])("ends as the server would when the script %s", async (_, main, more, expected, said) => {
    const { code, err } = await local(scheduled(main, more));
    expect(code, err).toBe(expected);
    expect(err).toContain(said);
  });

  it("passes on the login to OpenObserve that this environment has, and nothing else of it", async () => {
    const main = "import json, os\ndef main():\n    print(json.dumps(dict(os.environ)))\n";
    const env = {
      ORIGIN_CLUSTER_URL: "http://127.0.0.1:1",
      ORIGIN_CLUSTER_TOKEN: "dG9rZW4=",
      SECRET_OF_MINE: "x",
    };
    const { err } = await local(scheduled(main, "env: { OWN: yes }\n".replace("yes", '"1"')), [], { env });
    const seen = JSON.parse(/\{.*\}/.exec(err)?.[0] ?? "{}");
    expect(seen).toMatchObject({
      ORIGIN_CLUSTER_URL: "http://127.0.0.1:1",
      // It is there, and a log never shows it.
      ORIGIN_CLUSTER_TOKEN: "[redacted]",
      OWN: "1",
    });
    expect(seen).not.toHaveProperty("SECRET_OF_MINE");
  });

  it("shows what a script says without letting it drive the terminal, in log, reason and result", async () => {
    const evil = "\\x1b]0;owned\\x07\\x1b[2J\\rfake\\b\\b\\x9b31m\\u202e\\u2066\\u200f\\u061c\\u2028\\x7f";
    const main = `import os
def main(data, logger):
    print("${evil}", flush=True)
    os.write(2, b"\\x9b31m \\x1b[1A owned\\n")
    logger.warning("${evil}")
    if data:
        raise ValueError("${evil}")
    return [{"${evil}": "${evil}"}]
`;
    for (const input of ["[]", "[1]"]) {
      const { out, err } = await local(realtime(main), ["--input", "-"], { input });
      expect(err.match(/owned/g)?.length).toBeGreaterThanOrEqual(input === "[]" ? 3 : 4);
      expect(`${out}${err}`).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
      );
    }
  });

  it("prints the run in JSON", async () => {
    const { out } = await local(scheduled("def main():\n    pass\n"), ["--format", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      action_name: "one",
      state: "succeeded",
      version: 1,
      exit_code: 0,
    });
  });

  it.each([
    ["an action that is not there", ["run", "two", "--local"], 2, "There are: one"],
    ["--server", ["run", "one", "--local", "--server", "http://127.0.0.1:9"], 2, "leave --server out"],
    [
      "records for a scheduled action",
      ["run", "one", "--local", "--input", "in.json"],
      2,
      "takes no records",
    ],
  ])("refuses %s", async (_, args, expected, said) => {
    const cwd = folder({ ...scheduled("def main():\n    pass\n"), "in.json": "[]" });
    const { code, err } = await rota(args, { cwd });
    expect(code).toBe(expected);
    expect(err).toContain(said);
  });

  it("does not run what is not valid, and minds no other action's problems", async () => {
    const broken = await local(scheduled("def other():\n    pass\n"));
    expect(broken.code).toBe(3);
    expect(broken.err).toContain("actions/one/main.py:1:1");
    const beside = { ...scheduled("def main():\n    pass\n"), "actions/two/action.yaml": "type: nonsense\n" };
    expect((await local(beside)).code).toBe(0);
  });
});
