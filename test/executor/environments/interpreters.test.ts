import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findInterpreter, findInterpreters } from "../../../src/executor/machine/interpreter.ts";
import { execute, world } from "../world.ts";
import { project, shelf } from "./shelf.ts";
import { hasPip, writeWheel } from "./wheel.ts";

const never = new AbortController().signal;
const own = await findInterpreter(undefined);
const all = await findInterpreters(process.env);
const minorOf = (version: string) => version.split(".").slice(0, 2).join(".");
const other = all.find(({ version }) => minorOf(version) !== minorOf(own.version));
const main = "import sys\ndef main(): return '%d.%d.%d' % sys.version_info[:3]";

test("interpreters are found by name on PATH, and below the folder of pyenv, each version once", async () => {
  const { dataDir } = world();
  const [bin, pyenv] = [join(dataDir, "bin"), join(dataDir, "pyenv")];
  mkdirSync(bin);
  mkdirSync(join(pyenv, "versions/3.99.0/bin"), { recursive: true });
  symlinkSync(own.executable, join(bin, `python${minorOf(own.version)}`));
  symlinkSync("/bin/false", join(bin, "python3.98"));
  symlinkSync(own.executable, join(pyenv, "versions/3.99.0/bin/python3"));
  const found = await findInterpreters({ PATH: bin, HOME: dataDir, PYENV_ROOT: pyenv });
  expect(found.filter(({ version }) => version === own.version)).toHaveLength(1);
  expect(new Set(found.map(({ version }) => version)).size).toBe(found.length);
});

describe.runIf(other !== undefined)("an action that asks for another Python than the server's", () => {
  const asked = `==${minorOf(other?.version ?? "")}.*`;
  const wants = (...dependencies: string[]) =>
    project(...dependencies).replace('">=3.8"', JSON.stringify(asked));

  test("runs with it, prepared or not, and others go on with the server's", async () => {
    const { executor, bundle } = world();
    const picky = bundle({ "main.py": main, "pyproject.toml": wants() });
    expect(await executor.environments.prepare(picky, never)).toEqual({ folder: undefined });
    const { result } = await execute(executor, picky);
    expect(minorOf(String(result))).toBe(minorOf(other?.version ?? ""));
    expect((await execute(executor, bundle(main))).result).toBe(own.version);
  });

  test.runIf(hasPip())("gets its packages for it: another environment than the server's", async () => {
    const { executor, bundle, wheels } = shelf({
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
    });
    writeWheel(wheels, "alpha_of_test", "1.0");
    const code = "import alpha_of_test\ndef main(): return alpha_of_test.VERSION";
    const picky = bundle({ "main.py": code, "pyproject.toml": wants("alpha_of_test") });
    const easy = bundle({ "main.py": code, "pyproject.toml": project("alpha_of_test") });
    const { folder } = await executor.environments.prepare(picky, never);
    expect((await executor.environments.prepare(easy, never)).folder).not.toBe(folder);
    const marker = JSON.parse(readFileSync(join(folder ?? "", ".rota-environment.json"), "utf8"));
    expect(minorOf(marker.python)).toBe(minorOf(other?.version ?? ""));
    expect((await execute(executor, picky, { environment: folder })).result).toBe("1.0");
  });
});
