import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

/** What bash would offer after `line`, with the cursor at its end. */
function offered(script: string, line: string, cwd: string): string[] {
  const words = line.split(" ");
  const program = `
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_rota
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  const out = execFileSync("bash", ["-c", program, "bash", script, ...words], { cwd, encoding: "utf8" });
  return out.split("\n").filter((word) => word !== "");
}

describe("completion in bash", () => {
  let text: string;
  beforeAll(async () => {
    text = (await rota(["completion", "bash"])).out;
  });
  const ask = (line: string) => {
    const cwd = folder({
      "actions/disk_check/action.yaml": "",
      "actions/mask/action.yaml": "",
      "a.json": "",
    });
    writeFileSync(join(cwd, "rota.bash"), text);
    return offered(join(cwd, "rota.bash"), line, cwd);
  };

  it("offers every command", () => {
    expect(ask("rota ")).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
    expect(ask("rota comp")).toEqual(["completion"]);
    expect(ask("rota -C /tmp comp")).toEqual(["completion"]);
  });

  it("offers the options of the command alone, and the values of an option", () => {
    expect(ask("rota logs --f")).toEqual(["--follow", "--format"]);
    expect(ask("rota new --f")).toEqual([]);
    expect(ask("rota new --type r")).toEqual(["realtime", "runbook"]);
    expect(ask("rota runs --format ")).toEqual(["text", "json"]);
    expect(ask("rota completion ")).toEqual(["bash", "zsh", "fish"]);
  });

  it("offers the actions of this repository where one is named", () => {
    expect(ask("rota runs ")).toEqual(["disk_check", "mask"]);
    expect(ask("rota runs d")).toEqual(["disk_check"]);
  });
});

describe("completion in other shells", () => {
  it.each(["zsh", "fish"])("names every command to %s, quotes closed", async (shell) => {
    const { code, out } = await rota(["completion", shell]);
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(name);
    for (const line of out.split("\n").filter((one) => !one.startsWith("#")))
      expect(line.replaceAll("\\'", "").split("'").length % 2, line).toBe(1);
  });
});
