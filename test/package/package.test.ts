import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyOfClone } from "./copy-of-clone.ts";

/*
 * The package as a user gets it: packed from a clone, installed with a prefix of its own, used in an empty
 * folder elsewhere.
 */

let root: string;
let packed: { filename: string; files: { path: string }[] };
let children: ChildProcess[] = [];
const bin = () => join(root, "prefix", "bin", "rota");
const nodeFolder = join(process.execPath, "..");
const env = () => ({
  PATH: `${nodeFolder}:${process.env.PATH}`,
  HOME: join(root, "home"),
  NO_COLOR: "1",
});

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "rota-package-"));
  for (const folder of ["clone", "home", "prefix", "empty"]) mkdirSync(join(root, folder));
  copyOfClone(join(root, "clone"), { modules: true });
  const npm = (args: string[], cwd: string) =>
    execFileSync("npm", [...args, "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], {
      cwd,
      encoding: "utf8",
      // npm's own settings and cache, but with the Node that these tests run on.
      env: { ...process.env, PATH: `${nodeFolder}:${process.env.PATH}` },
      maxBuffer: 2 ** 26,
    });
  const told = npm(["pack", "--json", "--pack-destination", root], join(root, "clone"));
  packed = (JSON.parse(told.slice(told.indexOf("["))) as (typeof packed)[])[0] as typeof packed;
  npm(["install", "--global", "--prefix", join(root, "prefix"), join(root, packed.filename)], root);
}, 240_000);
afterAll(async () => {
  for (const child of children.filter((one) => one.exitCode === null)) {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  }
  children = [];
  rmSync(root, { recursive: true, force: true });
});

const rota = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(bin(), args, {
    cwd: join(root, "empty"),
    encoding: "utf8",
    env: env(),
  });
  return { code: status, out: stdout, err: stderr };
};

describe("the packed package", () => {
  it("holds what is needed to run and nothing of how it was made", () => {
    const tops = new Set(packed.files.map(({ path }) => path.split("/")[0]));
    expect([...tops].sort()).toEqual(
      ["LICENSE", "README.md", "bin", "dist", "package.json", "schemas", "templates"].sort(),
    );
    const sources = packed.files.filter(({ path }) => /\.(ts|map|tsbuildinfo)$/.test(path));
    expect(sources).toEqual([]);
  });

  it("brings the Python and SQL that the server needs", () => {
    const python = execFileSync(
      "git",
      ["ls-files", "--cached", "--others", "--exclude-standard", "src/**/*.py"],
      {
        encoding: "utf8",
      },
    );
    const paths = packed.files.map(({ path }) => path);
    for (const file of python.split("\n").filter((name) => name !== ""))
      expect(paths).toContain(file.replace(/^src/, "dist"));
  });

  it("is found through a link, and answers", () => {
    symlinkSync(bin(), join(root, "linked"));
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(execFileSync(join(root, "linked"), ["--version"], { encoding: "utf8", env: env() })).toBe(
      `${version}\n`,
    );
  });

  it("starts a repository in an empty folder, validates it and serves it", async () => {
    expect(rota("init")).toMatchObject({ code: 0, err: "" });
    expect(rota("validate")).toMatchObject({ code: 0 });
    const child = spawn(bin(), ["serve", "--apply", ".", "--run", "hello"], {
      cwd: join(root, "empty"),
      env: { ...env(), ROTA_PORT: "0" },
    });
    children.push(child);
    const lines = await linesUntil(child, /Try next/);
    expect(lines).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
    expect(lines).toMatch(/hello.* succeeded/);
    const ended = new Promise<number | null>((done) => child.once("exit", done));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
  }, 60_000);

  it("brings the gallery of templates", () => {
    expect(rota("templates", "--format", "json").out).toContain("Failover Activation");
    expect(rota("new", "restart", "--template", "Service Restart")).toMatchObject({ code: 0, err: "" });
    expect(rota("validate")).toMatchObject({ code: 0, err: "" });
  });

  it("says in one sentence that a Node is too old", () => {
    // A stand-in for an old Node: the real one, which believes to be another.
    writeFileSync(
      join(root, "old.mjs"),
      'Object.defineProperty(process.versions, "node", { value: "20.1.0" });\n',
    );
    const main = join(root, "prefix/lib/node_modules/rota/dist/cli/main.js");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", join(root, "old.mjs"), main, "list"],
      { encoding: "utf8" },
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(
      /^rota: Node 24 or newer is needed, and this is Node 20\.1\.0 \(.*\)\nInstall it \(.*\), or put one beside rota: .*\n$/,
    );
  });

  it("says so where there is no Node at all", () => {
    mkdirSync(join(root, "path"));
    for (const tool of ["sh", "dirname", "readlink"])
      symlinkSync(
        execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(),
        join(root, "path", tool),
      );
    const { status, stderr } = spawnSync(bin(), ["--version"], {
      encoding: "utf8",
      env: { PATH: join(root, "path") },
    });
    expect(status).toBe(2);
    expect(stderr).toBe(
      "rota: Node 24 or newer is needed, and there is no node on PATH: install it (https://nodejs.org)\n",
    );
  });
});

/** Everything that a program prints until a line matches; fails when it ends before. */
function linesUntil(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (wanted.test(text)) resolve(text);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}:\n${text}`)));
  });
}
