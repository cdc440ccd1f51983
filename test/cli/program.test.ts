import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

describe("the program", () => {
  it("prints its version alone, wherever the flag stands", async () => {
    expect(await rota(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
    expect(await rota(["--debug", "-V"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  it("shows its help on standard output when asked, and on standard error when nothing was asked", async () => {
    const asked = await rota(["--help"]);
    const silent = await rota([]);
    expect(asked.code).toBe(0);
    expect(silent.code).toBe(2);
    expect(asked.out).toBe(silent.err);
    for (const { name } of commands) expect(asked.out).toContain(`  ${name} `);
  });

  it.each(commands.map(({ name }) => name))("explains %s with an example", async (name) => {
    const { code, out } = await rota([name, "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/\nExamples?:\n {2}\$ .*rota /);
    expect((await rota(["help", name])).out).toBe(out);
  });

  it.each([
    ["a command", ["lsit"], "Did you mean list?"],
    ["a flag", ["runs", "--limt", "3"], "Did you mean --limit?"],
    ["a choice", ["new", "a", "--type", "realtim"], "Allowed choices are scheduled, realtime, runbook."],
    ["a number", ["runs", "--limit", "0"], "from 1 to 1000"],
    ["a shell", ["completion", "tcsh"], "Allowed choices are bash, zsh, fish."],
    ["a topic", ["help", "logni"], 'no command or topic "logni"'],
  ])("answers %s that does not exist with exit 2 and what there is", async (_, args, said) => {
    const { code, out, err } = await rota(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(said);
  });

  it.each([
    ["an argument that is missing", ["logs"], "logs"],
    ["an option that is missing", ["new", "a"], "new"],
    ["a flag that does not exist", ["list", "--xyz"], "list"],
  ])("names the page that helps after %s", async (_, args, command) => {
    const { code, err } = await rota(args);
    expect(code).toBe(2);
    expect(err).toContain(`\`rota help ${command}\` shows how it is used.`);
  });

  it.each(["login", "exit-codes", "environment"])("has a page about %s", async (topic) => {
    const { code, out } = await rota(["help", topic]);
    expect(code).toBe(0);
    expect(out.split("\n").length).toBeGreaterThan(8);
  });

  it("says plainly that a folder does not exist", async () => {
    const { code, err } = await rota(["-C", "/nowhere/at/all", "list"]);
    expect({ code, err }).toEqual({ code: 2, err: "rota: There is no folder /nowhere/at/all\n" });
  });

  it("says how to get a token, and never asks the server without one", async () => {
    const { code, err } = await rota(["list", "--server", "http://127.0.0.1:9"], { cwd: folder() });
    expect(code).toBe(2);
    expect(err).toContain("There is no token for http://127.0.0.1:9");
    expect(err).toContain("export ROTA_TOKEN=");
  });

  it.each([
    ["no address", "elsewhere", "is no server address"],
    ["a password in it", "http://me:secret@127.0.0.1:9", "holds no user name and no password"],
  ])("refuses a server address that is %s, without repeating it", async (_, server, said) => {
    const { code, err } = await rota(["list", "--server", server], {
      cwd: folder(),
      env: { ROTA_TOKEN: "x" },
    });
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).not.toContain("secret");
  });
});
