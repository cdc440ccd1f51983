import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually, execute, processesWith, world } from "../world.ts";
import { project, shelf } from "./shelf.ts";
import { hasPip, writeWheel } from "./wheel.ts";

const pip = hasPip();
const never = new AbortController().signal;
const environmentsOf = (dataDir: string) =>
  existsSync(join(dataDir, "environments")) ? readdirSync(join(dataDir, "environments")) : [];
/** Environments that are being built lie below the keeper's folder. */
const unfinishedIn = (dataDir: string) =>
  readdirSync(join(dataDir, "executions"))
    .filter((name) => !name.endsWith(".lock"))
    .flatMap((name) => readdirSync(join(dataDir, "executions", name)))
    .filter((name) => name.startsWith("environment-"));

describe("without packages to install", () => {
  test("nothing is made: no pyproject.toml, an empty list, a dependencies folder", async () => {
    const { executor, bundle, dataDir } = world();
    const { environments } = executor;
    const main = "def main(): pass";
    expect(await environments.prepare(bundle(main), never)).toEqual({ folder: undefined });
    const empty = bundle({ "main.py": main, "pyproject.toml": project() });
    expect(await environments.prepare(empty, never)).toEqual({ folder: undefined });
    const shipped = bundle({
      "main.py": "import shipped\ndef main(): return shipped.X",
      "pyproject.toml": project("shipped"),
      "dependencies/shipped/__init__.py": "X = 4",
    });
    expect(await environments.prepare(shipped, never)).toEqual({ folder: undefined });
    expect((await execute(executor, shipped)).result).toBe(4);
    expect(environmentsOf(dataDir)).toEqual([]);
  });

  test.each([
    ["invalid TOML", "[project\n", /^pyproject\.toml:1:\d+: /],
    [
      "dependencies that are no list",
      '[project]\ndependencies = "requests"\n',
      /^pyproject\.toml: project\.dependencies must be a list of texts\.$/,
    ],
    [
      "a newer Python",
      '[project]\nrequires-python = ">=4"\n',
      /^The action needs Python >=4, and this server's machine has 3\.\d+\.\d+(, 3\.\d+\.\d+)*; install another one there/,
    ],
    [
      "a requires-python that says nothing",
      '[project]\nrequires-python = "new"\n',
      /requires-python "new" is no version specifier/,
    ],
    ["computed dependencies", '[project]\ndynamic = ["dependencies"]\n', /computes its dependencies/],
    ["a table of poetry", '[tool.poetry.dependencies]\nrequests = "*"\n', /under \[tool\.poetry\]/],
    ["an option", project("--index-url=http://x"), /"--index-url=http:\/\/x" is no requirement/],
    ["a file of requirements", project("-r /etc/passwd"), /is no requirement/],
    ["a direct reference", project("a @ file:///etc/passwd"), /names a URL or file/],
    ["a second line", project("a\n--pre"), /is no requirement/],
    ["a huge file", `x = "${"y".repeat(300_000)}"`, /^pyproject\.toml is larger than 256 KiB\.$/],
  ])("%s is refused with a sentence", async (_, text, sentence) => {
    const { executor, bundle } = world();
    const folder = bundle({ "main.py": "", "pyproject.toml": text });
    await expect(executor.environments.prepare(folder, never)).rejects.toThrow(sentence);
  });
});

describe.runIf(pip)("with packages", () => {
  test("they are installed once, reused, and importable by those alone that declare them", async () => {
    const { executor, bundle, dataDir, wheels } = shelf();
    writeWheel(wheels, "alpha_of_test", "1.2", ["beta_of_test>=1"]);
    writeWheel(wheels, "beta_of_test", "1.0");
    const files = {
      "main.py":
        "import alpha_of_test, beta_of_test\ndef main(): return [alpha_of_test.VERSION, beta_of_test.VERSION]",
      "pyproject.toml": project("alpha_of_test>=1", "beta_of_test ; python_version >= '3'"),
    };
    const first = await executor.environments.prepare(bundle(files), never);
    const turned = {
      ...files,
      "pyproject.toml": project("beta_of_test ; python_version >= '3'", "alpha_of_test>=1"),
    };
    expect(await executor.environments.prepare(bundle(turned), never)).toEqual(first);
    expect(environmentsOf(dataDir)).toHaveLength(1);
    expect((await execute(executor, bundle(files), { environment: first.folder })).result).toEqual([
      "1.2",
      "1.0",
    ]);
    const without = await execute(executor, bundle(files));
    expect(without.outcome.reason).toMatch(/^ModuleNotFoundError: No module named 'alpha_of_test'/);
  });

  test("those who want the same at the same time share one build", async () => {
    const { executor, bundle, dataDir, wheels } = shelf();
    writeWheel(wheels, "alpha_of_test", "1.0");
    const folders = await Promise.all(
      Array.from({ length: 8 }, () =>
        executor.environments.prepare(
          bundle({ "main.py": "", "pyproject.toml": project("alpha_of_test") }),
          never,
        ),
      ),
    );
    expect(new Set(folders.map(({ folder }) => folder)).size).toBe(1);
    expect(environmentsOf(dataDir)).toHaveLength(1);
    expect(unfinishedIn(dataDir)).toEqual([]);
  });

  test("a package that is not there is named; the next try starts anew", async () => {
    const { executor, bundle, dataDir, wheels } = shelf();
    const folder = bundle({ "main.py": "", "pyproject.toml": project("gamma_of_test==2") });
    await expect(executor.environments.prepare(folder, never)).rejects.toThrow(
      /^The package gamma_of_test==2 could not be installed: no version of it fits Python 3\.\S+ on \S+\. Check its name and version/,
    );
    expect(environmentsOf(dataDir)).toEqual([]);
    expect(unfinishedIn(dataDir)).toEqual([]);
    writeWheel(wheels, "gamma_of_test", "2");
    expect((await executor.environments.prepare(folder, never)).folder).toBeDefined();
  });

  test("without a network it says so, soon", async () => {
    const { executor, bundle } = world({
      variables: { PATH: "/usr/bin:/bin", PIP_INDEX_URL: "http://someone:secret@127.0.0.1:9/simple" },
    });
    const folder = bundle({ "main.py": "", "pyproject.toml": project("gamma_of_test") });
    const failing = executor.environments.prepare(folder, never);
    await expect(failing).rejects.toThrow(
      /^The package gamma_of_test could not be installed: the package index cannot be reached; it looks like there is no network\./,
    );
    await expect(failing).rejects.not.toThrow(/secret/);
  });

  test("a cancelled build leaves nothing, unless another still waits for it", async () => {
    const { executor, bundle, dataDir, asked } = await silentIndex();
    const folder = bundle({ "main.py": "", "pyproject.toml": project("gamma_of_test") });
    const [first, second] = [new AbortController(), new AbortController()];
    const going = [first, second].map(({ signal }) => executor.environments.prepare(folder, signal));
    const ends = Promise.allSettled(going);
    await eventually(() => asked() > 0);
    first.abort();
    await expect(going[0]).rejects.toThrow(/aborted/);
    expect(processesWith("gamma_of_test").length).toBeGreaterThan(0);
    second.abort();
    await ends;
    await eventually(() => processesWith("gamma_of_test").length === 0 && unfinishedIn(dataDir).length === 0);
    // Whoever gave up was told so at once; the build lets go of its lock after that.
    await eventually(() => environmentsOf(dataDir).length === 0);
  });

  test("when the executor stops or its keeper dies during a build, nothing half-built is ever taken for whole", async () => {
    const { executor, bundle, dataDir, asked } = await silentIndex();
    const folder = bundle({ "main.py": "", "pyproject.toml": project("gamma_of_test") });
    const going = executor.environments.prepare(folder, never);
    const end = expect(going).rejects.toThrow(/^The installation of packages was /);
    await eventually(() => asked() > 0);
    await executor.stop();
    await end;
    expect(processesWith("gamma_of_test")).toEqual([]);
    expect(environmentsOf(dataDir)).toEqual([]);
    expect(readdirSync(join(dataDir, "executions")).filter((name) => !name.endsWith(".lock"))).toEqual([]);
  });

  test("a folder without its mark is built again", async () => {
    const { executor, bundle, dataDir, wheels } = shelf();
    writeWheel(wheels, "alpha_of_test", "1.0");
    const asked = bundle({ "main.py": "", "pyproject.toml": project("alpha_of_test") });
    const { folder } = await executor.environments.prepare(asked, never);
    rmSync(join(folder ?? "", ".rota-environment.json"));
    writeFileSync(join(folder ?? "", "rest"), "of something");
    expect(await executor.environments.prepare(asked, never)).toEqual({ folder });
    expect(readdirSync(folder ?? "")).not.toContain("rest");
    expect(environmentsOf(dataDir)).toHaveLength(1);
  });
});

/** A package index that takes requests and never answers. */
async function silentIndex() {
  let requests = 0;
  const server = createServer(() => void requests++).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const made = world({
    variables: { PATH: "/usr/bin:/bin", PIP_INDEX_URL: `http://127.0.0.1:${port}/simple` },
  });
  return { ...made, asked: () => requests };
}
