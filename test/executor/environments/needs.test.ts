import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readNeeds } from "../../../src/executor/environments/needs.ts";
import { project } from "./shelf.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)];
const hashed = `# made by a tool\none==1 \\\n    --hash=sha256:${b} \\\n    --hash=sha256:${a}  # why\ntwo==2 ; python_version < "3.9" --hash=sha256:${a}\n`;
const pylock = `lock-version = "1.0"\nrequires-python = ">=3.9"\n[[packages]]\nname = "one"\nversion = "1.5"\nmarker = "sys_platform == 'linux'"\nwheels = [{ name = "one.whl", url = "https://u:p@x/one.whl", hashes = { sha256 = "${a}" } }]\n[packages.sdist]\nname = "one.tar.gz"\nhashes = { sha256 = "${b}" }\n`;

function needsOf(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "rota-needs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return readNeeds(folder);
}

describe("which list counts", () => {
  const lockedOne = [
    `one==1 --hash=sha256:${a} --hash=sha256:${b}`,
    `two==2 ; python_version < "3.9" --hash=sha256:${a}`,
  ];

  test("a requirements.txt with hashes, with or without pyproject.toml", async () => {
    const alone = await needsOf({ "requirements.txt": hashed });
    expect(alone.packages).toMatchObject({ requirements: lockedOne, hashed: true });
    const both = await needsOf({ "requirements.txt": hashed, "pyproject.toml": project("One>=1") });
    expect(both.packages).toEqual(alone.packages);
    const withUv = await needsOf({
      "requirements.txt": hashed,
      "pyproject.toml": project("one"),
      "uv.lock": "version = 1",
    });
    expect(withUv.packages).toEqual(alone.packages);
  });

  test("pylock.toml before all others, with its own requires-python", async () => {
    const needs = await needsOf({
      "pylock.toml": pylock,
      "requirements.txt": hashed,
      "pyproject.toml": project("one"),
    });
    expect(needs.requiresPython).toEqual([">=3.8", ">=3.9"]);
    expect(needs.packages).toMatchObject({
      requirements: [`one==1.5 ; sys_platform == 'linux' --hash=sha256:${a} --hash=sha256:${b}`],
      hashed: true,
    });
  });

  test("uv.lock before a requirements.txt without hashes, which counts before pyproject.toml", async () => {
    const files = { "requirements.txt": "one\n\n# two\n", "pyproject.toml": project("one>=1") };
    expect((await needsOf(files)).packages).toMatchObject({
      requirements: ["one"],
      hashed: false,
      uvLock: undefined,
    });
    const { packages } = await needsOf({ ...files, "uv.lock": "version = 1" });
    expect(packages?.uvLock).toEqual({ project: project("one>=1"), lock: "version = 1" });
  });

  test("wheels are looked into by name alone; without a list each of them is installed", async () => {
    const wheels = {
      "wheels/one_b-1.0-py3-none-any.whl": "x",
      "wheels/two-2-cp311-cp311-linux_x86_64.whl": "y",
    };
    const { packages } = await needsOf(wheels);
    expect(packages?.requirements).toEqual(["one_b==1.0", "two==2"]);
    expect(packages?.wheels?.digests).toHaveLength(2);
    const declared = await needsOf({ ...wheels, "pyproject.toml": project("one-b") });
    expect(declared.packages?.requirements).toEqual(["one-b"]);
    expect(declared.packages?.wheels?.folder).toMatch(/\/wheels$/);
  });

  test("dependencies/ is wheels when it holds nothing else, and packages otherwise", async () => {
    const wheel = { "dependencies/one-1-py3-none-any.whl": "x" };
    expect((await needsOf(wheel)).packages?.requirements).toEqual(["one==1"]);
    const mixed = await needsOf({ ...wheel, "dependencies/two.py": "", "requirements.txt": "three" });
    expect(mixed.packages).toBeUndefined();
  });
});

test.each([
  [
    "an option",
    { "requirements.txt": "one\n--index-url https://x\n" },
    /^requirements\.txt:2: "--index-url https:\/\/x" is an option/,
  ],
  ["another file", { "requirements.txt": "-r more.txt" }, /is an option or another file/],
  ["an editable project", { "requirements.txt": "-e ." }, /is an option or another file/],
  ["a URL", { "requirements.txt": "one @ https://x/one.whl" }, /names a URL or file/],
  ["a path", { "requirements.txt": "./one.whl" }, /^requirements\.txt:1: .* is no requirement/],
  ["an option behind a requirement", { "requirements.txt": "one --global-option=x" }, /is no hash/],
  ["a weak hash", { "requirements.txt": "one --hash=md5:0123" }, /is no hash/],
  [
    "hashes for some",
    { "requirements.txt": `one==1 --hash=sha256:${a}\ntwo==2` },
    /^requirements\.txt: two==2 has no hash and others have/,
  ],
  [
    "a lock that is older than the declaration",
    { "requirements.txt": hashed, "pyproject.toml": project("three>=3") },
    /^pyproject\.toml declares three>=3, which is not in requirements\.txt/,
  ],
  [
    "a pylock.toml of the future",
    { "pylock.toml": 'lock-version = "2.0"' },
    /lock-version is not one that is known/,
  ],
  [
    "a repository in pylock.toml",
    { "pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "one"\nvcs = { type = "git" }\n' },
    /^pylock\.toml: "one" comes from a URL or folder \(vcs\)/,
  ],
  [
    "groups in pylock.toml",
    {
      "pylock.toml": `lock-version = "1.0"\n[[packages]]\nname = "one"\nversion = "1"\nmarker = "'dev' in dependency_groups"\n`,
    },
    /locked for extras or dependency groups/,
  ],
  [
    "no hash in pylock.toml",
    { "pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "one"\nversion = "1"\n' },
    /"one" has no sha256/,
  ],
  [
    "another tool's lock",
    { "poetry.lock": "", "pyproject.toml": project("one") },
    /^poetry\.lock is a lock file that is not read here; .*poetry export/,
  ],
  ["a wheel without a wheel's name", { "wheels/one.whl": "" }, /^"one\.whl" is no name of a wheel\.$/],
] as const)("%s is refused with a sentence", async (_, files, sentence) => {
  await expect(needsOf(files)).rejects.toThrow(sentence);
});
