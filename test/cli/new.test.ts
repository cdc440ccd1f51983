import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const read = (root: string, file: string) => readFileSync(join(root, file), "utf8");

describe("rota init", () => {
  it("starts a repository with one action, and names the commands that come next", async () => {
    const cwd = folder();
    const { code, out } = await rota(["init"], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("rota run hello --local");
    expect(parse(read(cwd, "rota.yaml")).environments).toEqual({
      local: { server: "http://127.0.0.1:5090" },
    });
    expect(existsSync(join(cwd, "actions/hello/main.py"))).toBe(true);
    expect(existsSync(join(cwd, "schemas/action.schema.json"))).toBe(true);
    expect(read(cwd, ".gitignore").split("\n")).toEqual(expect.arrayContaining([".rota/", "node_modules/"]));
  });

  it("keeps what a folder has, and refuses where there is a repository already", async () => {
    const cwd = folder({ ".gitignore": "build/", "actions/mine/main.py": "" });
    expect((await rota(["init"], { cwd })).code).toBe(0);
    expect(read(cwd, ".gitignore")).toMatch(/^build\/\n/);
    expect(existsSync(join(cwd, "actions/hello"))).toBe(false);
    const before = read(cwd, "rota.yaml");
    const again = await rota(["init"], { cwd });
    expect(again.code).toBe(2);
    expect(read(cwd, "rota.yaml")).toBe(before);
  });
});

describe("rota new", () => {
  it.each(["scheduled", "realtime", "runbook"])("writes a %s action under its name", async (type) => {
    const cwd = folder({ "rota.yaml": "scope: team\n" });
    const { code, out } = await rota(["new", "disk_check", "--type", type], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("rota validate");
    expect(out.includes("--local --input records.json")).toBe(type === "realtime");
    expect(out).toContain("rota run disk_check --local");
    const action = parse(read(cwd, "actions/disk_check/action.yaml"));
    expect(action.type).toBe(type);
    expect(existsSync(join(cwd, "actions/disk_check/main.py"))).toBe(type !== "runbook");
    const declared = Object.keys(parse(read(cwd, "rota.yaml")).serviceAccounts ?? {});
    expect(declared).toEqual(type === "runbook" ? [] : ["disk-check@example.com"]);
    expect(action.serviceAccount).toBe(declared[0]);
  });

  it("adds its account to rota.yaml and leaves every other line as it was", async () => {
    const source = `# who owns this
scope: team   # not to be changed

serviceAccounts:
  # reads only
  other@example.com: { permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }] }
environments:
  local: { server: 'http://127.0.0.1:5090' } # mine
`;
    const cwd = folder({ "rota.yaml": source });
    expect((await rota(["new", "a", "--type", "scheduled"], { cwd })).code).toBe(0);
    const lines = read(cwd, "rota.yaml").split("\n");
    const added = lines.filter((line) => !source.split("\n").includes(line));
    expect(added.map((line) => line.trim())).toEqual([
      "a@example.com:",
      "permissions:",
      '- { object: "action_scripts:_all_default", permission: AllowGet }',
    ]);
    for (const line of source.split("\n")) expect(lines).toContain(line);
  });

  it("works from a folder below the root", async () => {
    const cwd = folder({ "rota.yaml": "", "actions/one/action.yaml": "" });
    expect((await rota(["new", "two", "--type", "scheduled"], { cwd: join(cwd, "actions/one") })).code).toBe(
      0,
    );
    expect(existsSync(join(cwd, "actions/two/action.yaml"))).toBe(true);
  });

  it.each(["disk_check", "Disk_Check"])(
    "refuses %s where disk_check is, and writes nothing",
    async (name) => {
      const cwd = folder({ "rota.yaml": "scope: team\n", "actions/disk_check/action.yaml": "mine" });
      const { code, err } = await rota(["new", name, "--type", "scheduled"], { cwd });
      expect(code).toBe(2);
      expect(err).toContain("actions/disk_check is there already");
      expect(read(cwd, "rota.yaml")).toBe("scope: team\n");
      expect(read(cwd, "actions/disk_check/action.yaml")).toBe("mine");
    },
  );

  it.each(["../evil", "a b", "a/b", "-x", "", "a".repeat(65), "a\u202eb"])(
    "refuses the name %j",
    async (name) => {
      const cwd = folder();
      mkdirSync(join(cwd, "actions"));
      const { code } = await rota(["new", "--type", "scheduled", "--", name], { cwd });
      expect(code).toBe(2);
      expect(existsSync(join(cwd, "rota.yaml"))).toBe(false);
    },
  );

  it("writes nothing when rota.yaml cannot be edited", async () => {
    const cwd = folder({ "rota.yaml": "- a list\n" });
    const { code, err } = await rota(["new", "a", "--type", "scheduled"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("rota.yaml cannot be edited");
    expect(existsSync(join(cwd, "actions"))).toBe(false);
  });
});
