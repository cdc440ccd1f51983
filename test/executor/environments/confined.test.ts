import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually, execute } from "../world.ts";
import { project, shelf } from "./shelf.ts";
import { hashOf, hasPip, wheelName, writeSourcePackage, writeWheel } from "./wheel.ts";

const never = new AbortController().signal;
const main = (name: string, what: string) => `import ${name}\ndef main(): return ${name}.${what}`;

describe.runIf(hasPip())("a build", () => {
  /** A Python that users of their own can reach too. */
  const reachable = existsSync("/usr/bin/python3") ? { python: "/usr/bin/python3" } : {};

  test.each(["full", "basic"] as const)(
    "of a source package at level %s is kept from the server, which owns what it made",
    async (highest) => {
      const made = shelf({ SECRET_OF_SERVER: "hidden" }, { ...reachable, highest });
      const { executor, bundle, dataDir, wheels } = made;
      if ((await executor.level()) !== highest) return; // not on this machine
      if (highest === "basic" && process.getuid?.() !== 0) return; // no source packages there
      chmodSync(wheels, 0o755); // closed with all else in the data folder, where it lies here
      const secret = join(dataDir, "secret.key");
      writeFileSync(secret, "k", { mode: 0o600 });
      writeSourcePackage(
        wheels,
        "looker_of_test",
        "1",
        `{"env": sorted(os.environ), "secret": os.access(${JSON.stringify(secret)}, os.R_OK),
          "sees": os.path.exists(${JSON.stringify(join(dataDir, "environments"))}), "uid": os.getuid()}`,
      );
      const lines: string[] = [];
      const asking = bundle({
        "main.py": `
import looker_of_test, os
def main():
    try:
        open(os.path.join(os.path.dirname(looker_of_test.__file__), "new.py"), "w")
    except OSError as error:
        return {**looker_of_test.LOOKED, "write": type(error).__name__}
`,
        "pyproject.toml": project("looker-of-test"),
      });
      const { folder } = await executor.environments.prepare(asking, never, (line) => lines.push(line));
      const { result } = await execute(executor, asking, { environment: folder });
      expect(result).toMatchObject({
        secret: false,
        sees: highest === "basic",
        write: highest === "full" ? "OSError" : "PermissionError",
      });
      const { env, uid } = result as { env: string[]; uid: number };
      expect(env).not.toContain("SECRET_OF_SERVER");
      expect(env.filter((name) => name.startsWith("ROTA"))).toEqual(["ROTA_EXECUTION"]);
      if (process.getuid?.() === 0) expect(uid).not.toBe(0);
      expect(lstatSync(join(folder ?? "", "looker_of_test")).uid).toBe(process.getuid?.());
      expect(lines[0]).toMatch(/^Installing with pip for Python 3\./);
      expect(lines.join("\n")).toMatch(/Successfully installed looker/i);
    },
  );

  test("that leaves a link where the server writes changes nothing behind it", async () => {
    const { executor, bundle, dataDir, wheels } = shelf({}, reachable);
    if ((await executor.level()) !== "full") return; // where nothing is built, there is no code to do so
    chmodSync(wheels, 0o755);
    const victim = join(dataDir, "victim");
    writeFileSync(victim, "whole", { mode: 0o600 });
    writeSourcePackage(
      wheels,
      "linker_of_test",
      "1",
      `os.symlink(${JSON.stringify(victim)}, os.path.join(os.path.dirname(os.environ["HOME"]), "tree/.rota-environment.json"))`,
    );
    const asking = bundle({
      "main.py": main("linker_of_test", "LOOKED"),
      "pyproject.toml": project("linker-of-test"),
    });
    const { folder } = await executor.environments.prepare(asking, never);
    expect(lstatSync(join(folder ?? "", ".rota-environment.json")).isFile()).toBe(true);
    expect(readFileSync(victim, "utf8")).toBe("whole");
  });

  // Not so as root, which always has a user to give.
  if (process.getuid?.() !== 0)
    test("below full isolation without a user of its own takes wheels only", async () => {
      const { executor, bundle, wheels } = shelf({}, { highest: "basic" });
      writeSourcePackage(wheels, "looker_of_test", "1", "1");
      const asking = bundle({ "main.py": "", "pyproject.toml": project("looker-of-test") });
      await expect(executor.environments.prepare(asking, never)).rejects.toThrow(
        /source packages are not built at this level of isolation/,
      );
    });

  test("of a source package that fails says so, and the log has why", async () => {
    const { executor, bundle, wheels } = shelf();
    writeSourcePackage(wheels, "looker_of_test", "1", '1 // 0, "the reason"');
    const lines: string[] = [];
    const asking = bundle({ "main.py": "", "pyproject.toml": project("looker-of-test") });
    await expect(executor.environments.prepare(asking, never, (line) => lines.push(line))).rejects.toThrow(
      /^The package looker.of.test\S* could not be installed: it is a source package, and building it failed/,
    );
    expect(lines.join("\n")).toContain("ZeroDivisionError");
  });

  test("takes the wheels that the bundle brings, offline, and says what is missing", async () => {
    const { executor, bundle, dataDir } = shelf({ ROTA_OFFLINE: "1", PIP_NO_INDEX: "" });
    const shipped = join(dataDir, "shipped");
    writeWheel(shipped, "alpha_of_test", "1.0");
    const asking = bundle({
      "main.py": main("alpha_of_test", "VERSION"),
      "pyproject.toml": project("alpha-of-test"),
      "wheels/none": "",
    });
    writeWheel(join(asking, "wheels"), "alpha_of_test", "1.0");
    const { folder } = await executor.environments.prepare(asking, never);
    expect((await execute(executor, asking, { environment: folder })).result).toBe("1.0");
    const lacking = bundle({ "main.py": "", "pyproject.toml": project("beta_of_test") });
    await expect(executor.environments.prepare(lacking, never)).rejects.toThrow(
      /^The package beta_of_test could not be installed: the server is offline \(ROTA_OFFLINE\)/,
    );
  });

  test("of a lock with hashes takes those files and no others", async () => {
    const { executor, bundle, wheels } = shelf();
    writeWheel(wheels, "alpha_of_test", "1.0");
    const hash = hashOf(wheels, wheelName("alpha_of_test", "1.0"));
    const locked = bundle({
      "main.py": main("alpha_of_test", "VERSION"),
      "requirements.txt": `alpha_of_test==1.0 ${hash}\n`,
    });
    const { folder } = await executor.environments.prepare(locked, never);
    expect((await execute(executor, locked, { environment: folder })).result).toBe("1.0");
    const other = bundle({
      "main.py": "",
      "requirements.txt": `alpha_of_test==1.0 --hash=sha256:${"0".repeat(64)}\n`,
    });
    await expect(executor.environments.prepare(other, never)).rejects.toThrow(
      /^The package alpha_of_test==1\.0 could not be installed: its file is not the one that was locked/,
    );
  });

  test("asks the index that ROTA_PIP_INDEX_URL names with its login, which no line shows", async () => {
    const { executor, bundle, dataDir } = await withIndex("ada", "pa55word-of-test");
    const asking = bundle({
      "main.py": main("alpha_of_test", "VERSION"),
      "pyproject.toml": project("alpha-of-test"),
    });
    const lines: string[] = [];
    const { folder } = await executor.environments.prepare(asking, never, (line) => lines.push(line));
    expect((await execute(executor, asking, { environment: folder })).result).toBe("1.0");
    const missing = bundle({ "main.py": "", "pyproject.toml": project("beta_of_test") });
    const failing = executor.environments.prepare(missing, never, (line) => lines.push(line));
    await expect(failing).rejects.toThrow(/^The package beta_of_test could not be installed/);
    const message = await failing.catch((error: Error) => error.message);
    for (const text of [...lines, message]) expect(text).not.toContain("pa55word-of-test");
    const marker = readdirSync(join(dataDir, "environments")).filter((name) => /^[0-9a-f]{40}$/.test(name));
    expect(marker).toHaveLength(1);
  });

  test("that several wait for is told to each of them from its beginning", async () => {
    const { executor, bundle, wheels } = shelf();
    writeWheel(wheels, "alpha_of_test", "1.0");
    const logs: string[][] = [[], []];
    const prepare = (log: string[]) =>
      executor.environments.prepare(
        bundle({ "main.py": "", "pyproject.toml": project("alpha_of_test") }),
        never,
        (line) => log.push(line),
      );
    const first = prepare(logs[0] ?? []);
    await eventually(() => (logs[0]?.length ?? 0) > 0);
    await Promise.all([first, prepare(logs[1] ?? [])]);
    expect(logs[1]).toEqual(logs[0]);
    const later: string[] = [];
    await prepare(later);
    expect(later).toEqual([]);
  });
});

/** A package index that wants a login and has alpha_of_test. */
async function withIndex(user: string, password: string) {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const made = shelf({
    PIP_NO_INDEX: "",
    PIP_FIND_LINKS: "",
    ROTA_PIP_INDEX_URL: `http://${user}:${password}@127.0.0.1:${port}/simple`,
  });
  writeWheel(made.wheels, "alpha_of_test", "1.0");
  const file = wheelName("alpha_of_test", "1.0");
  const bytes = readFileSync(join(made.wheels, file));
  const login = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  server.on("request", (request, response) => {
    if (request.headers.authorization !== login) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
    } else if (request.url === "/simple/alpha-of-test/") {
      response.writeHead(200, { "content-type": "text/html" }).end(`<a href="/${file}">${file}</a>`);
    } else if (request.url === `/${file}`) response.writeHead(200).end(bytes);
    else response.writeHead(404).end();
  });
  return made;
}
