import { execFileSync } from "node:child_process";
import { accessSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { execute } from "../world.ts";
import { project, shelf } from "./shelf.ts";
import { hashOf, wheelName, writeWheel } from "./wheel.ts";

const never = new AbortController().signal;
/** Named by ROTA_TEST_UV, or on PATH. */
const uv = [
  process.env.ROTA_TEST_UV ?? "",
  ...(process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "uv")),
].find((file) => {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
});
const code = "import alpha_of_test\ndef main(): return alpha_of_test.VERSION";

test("a uv.lock without uv is refused with what to do", async () => {
  const { executor, bundle } = shelf();
  const asking = bundle({
    "main.py": code,
    "pyproject.toml": project("alpha-of-test"),
    "uv.lock": "version = 1\n",
  });
  await expect(executor.environments.prepare(asking, never)).rejects.toThrow(
    /^uv\.lock can be read by uv alone, which is not on the server's PATH; .*uv export --format requirements-txt/,
  );
});

describe.runIf(uv !== undefined)("with uv on PATH", () => {
  const withUv = () => shelf({ PATH: `${dirname(uv ?? "")}:/usr/bin:/bin` });

  test("it installs, in the sandbox, what is declared or locked", async () => {
    const { executor, bundle, wheels } = withUv();
    writeWheel(wheels, "alpha_of_test", "1.0");
    writeWheel(wheels, "alpha_of_test", "2.0");
    const declared = bundle({ "main.py": code, "pyproject.toml": project("alpha-of-test") });
    const lines: string[] = [];
    const { folder } = await executor.environments.prepare(declared, never, (line) => lines.push(line));
    expect(lines[0]).toMatch(/^Installing with uv /);
    expect((await execute(executor, declared, { environment: folder })).result).toBe("2.0");
    const hash = hashOf(wheels, wheelName("alpha_of_test", "1.0"));
    const locked = bundle({ "main.py": code, "requirements.txt": `alpha-of-test==1.0 ${hash}\n` });
    const other = await executor.environments.prepare(locked, never);
    expect((await execute(executor, locked, { environment: other.folder })).result).toBe("1.0");
  });

  test("its lock is taken with the hashes in it", async () => {
    const { executor, bundle, wheels } = withUv();
    writeWheel(wheels, "alpha_of_test", "1.0");
    const files = {
      "main.py": code,
      "pyproject.toml": `${project("alpha-of-test")}[[tool.uv.index]]\nurl = ${JSON.stringify(wheels)}\nformat = "flat"\n`,
    };
    const drafted = bundle(files);
    const python = (await executor.describe()).python ?? "";
    execFileSync(uv ?? "", ["lock", "--offline", "--no-index", "--find-links", wheels, "--python", python], {
      cwd: drafted,
      stdio: "pipe",
    });
    writeWheel(wheels, "alpha_of_test", "2.0");
    const { folder } = await executor.environments.prepare(drafted, never);
    expect((await execute(executor, drafted, { environment: folder })).result).toBe("1.0");
  });

  test("a package that is not there is named", async () => {
    const { executor, bundle } = withUv();
    const asking = bundle({ "main.py": code, "pyproject.toml": project("gamma-of-test") });
    await expect(executor.environments.prepare(asking, never)).rejects.toThrow(
      /^The package gamma-of-test could not be installed: no version of it fits/,
    );
  });
});
