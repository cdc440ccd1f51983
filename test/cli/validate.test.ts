import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const broken = {
  "rota.yaml": 'serviceAccounts: { "a@example.com": { permissions: [] } }\n',
  "actions/one/action.yaml":
    'type: scheduled\nschedule: { cron: "0 0 30 2 *" }\nserviceAccount: a@example.com\n',
  "actions/one/main.py": "def main(argument):\n    pass\n",
  "actions/two/action.yaml": "type: scheduled\nschedul: { once: true }\n",
};

describe("rota validate", () => {
  it("finds nothing wrong with what this repository ships", async () => {
    expect(await rota(["validate"], { cwd: process.cwd() })).toMatchObject({ code: 0, err: "" });
  });

  it.each(["scheduled", "realtime", "runbook"])("finds nothing wrong with a new %s action", async (type) => {
    const cwd = folder();
    await rota(["init"], { cwd });
    await rota(["new", "made", "--type", type], { cwd });
    const { code, out } = await rota(["validate"], { cwd });
    expect({ code, out }).toEqual({ code: 0, out: "2 actions valid.\n" });
  });

  it("says what to do where there is nothing", async () => {
    const { code, out } = await rota(["validate"], { cwd: folder() });
    expect(code).toBe(0);
    expect(out).toContain("rota new NAME");
  });

  it("reports all problems of all files at once, with places, and ends with 3", async () => {
    const { code, out } = await rota(["validate"], { cwd: folder(broken) });
    expect(code).toBe(3);
    expect(out).toMatch(/^actions\/one\/action\.yaml:2:\d+ {2}CRON_NEVER_FIRES/m);
    expect(out).toMatch(/^actions\/one\/main\.py:1:\d+ /m);
    expect(out).toMatch(/^actions\/two\/action\.yaml:2:1 {2}UNKNOWN_KEY/m);
    expect(out).toContain('did you mean "schedule"?');
  });

  it("has the same problems in JSON and as annotations", async () => {
    const cwd = folder(broken);
    const json = JSON.parse((await rota(["validate", "--format", "json"], { cwd })).out);
    const github = (await rota(["validate", "--format", "github"], { cwd })).out.trim().split("\n");
    expect(json.errors).toBe(json.issues.length);
    expect(github).toHaveLength(json.issues.length);
    for (const { file, line } of json.issues)
      expect(github).toContainEqual(expect.stringContaining(`::error file=${file},line=${line},`));
  });

  it("never runs what it checks", async () => {
    const cwd = folder({
      ...broken,
      "actions/one/main.py": "open('ran', 'w')\ndef main():\n    pass\n",
      "actions/one/action.yaml": broken["actions/one/action.yaml"].replace("30 2", "1 1"),
    });
    await rota(["validate"], { cwd });
    expect(globSync("**/ran", { cwd })).toEqual([]);
  });
});

describe("the pages of the reference", () => {
  it("say what the program says", async () => {
    const page = readFileSync("docs/reference/commands.md", "utf8");
    for (const command of ["plan", "run", "serve"]) {
      const { out } = await rota([command, "--help"]);
      // The page is wider than a pipe: compare the words.
      expect(page.replace(/\s+/g, " ")).toContain(out.replace(/\s+/g, " ").trim());
    }
  });
});
