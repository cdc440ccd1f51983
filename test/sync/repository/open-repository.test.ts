import { execFileSync } from "node:child_process";
import { chownSync, existsSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  desiredTree,
  openRepository,
  type Repository,
} from "../../../src/sync/repository/open-repository.ts";
import type { SourceTree } from "../../../src/sync/source-tree.ts";
import { commitAll, git, testFolder, testRepository, writeFiles } from "./test-repository.ts";

async function opened(folder: string): Promise<Repository> {
  const repository = await openRepository(folder);
  onTestFinished(() => repository.close());
  return repository;
}
const text = async (tree: SourceTree, path: string) => Buffer.from(await tree.read(path)).toString();
const paths = async (tree: SourceTree, under?: string) => (await tree.list(under)).map(({ path }) => path);
const two = {
  "actions/a/action.yaml": "type: scheduled\n",
  "actions/a/main.py": "print(1)\n",
  "actions/a/tool.sh": { executable: "#!/bin/sh\n" },
  "actions/b/action.yaml": "type: realtime\n",
  "environments/production.yaml": "x: 1\n",
  "rota.yaml": "scope: team\n",
  "src/other.txt": "not read",
};

describe("a git repository at HEAD", () => {
  it("is read from git objects, whatever the work tree says", async () => {
    const folder = testRepository(two);
    const commit = git(folder, "rev-parse", "HEAD").trim();
    writeFiles(folder, { "actions/a/main.py": "print(2)\n", "actions/c/action.yaml": "type: scheduled\n" });
    const repository = await opened(folder);
    const tree = await repository.at();
    expect(tree).toMatchObject({ origin: "git", commit });
    expect(repository.commit).toBe(commit);
    expect(await paths(tree)).toEqual(
      Object.keys(two)
        .filter((path) => !path.startsWith("src/"))
        .sort(),
    );
    expect(await tree.list("actions/a")).toMatchObject([
      { path: "actions/a/action.yaml", mode: "file", size: 16 },
      { path: "actions/a/main.py", mode: "file", size: 9 },
      { path: "actions/a/tool.sh", mode: "executable", size: 10 },
    ]);
    expect(await text(tree, "actions/a/main.py")).toBe("print(1)\n");
    expect(await text(tree, "src/other.txt")).toBe("not read");
    expect(await tree.list("actions/nothing")).toEqual([]);
  });

  it("reads hundreds of files at once and keeps them apart", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [
        `actions/a${index % 50}/f${index}`,
        `${index}\n`.repeat(index % 97),
      ]),
    );
    const tree = await (
      await opened(testRepository({ ...files, "actions/big/bin": Buffer.alloc(3_000_000, 7) }))
    ).at();
    const listed = await tree.list("actions");
    const read = await Promise.all(listed.map(async ({ path }) => [path, await text(tree, path)]));
    for (const [path, content] of read) if (path !== "actions/big/bin") expect(content).toBe(files[path!]);
    expect(read).toHaveLength(601);
    expect(Buffer.from(await tree.read("actions/big/bin")).equals(Buffer.alloc(3_000_000, 7))).toBe(true);
  });

  it("finds its root upwards, also below the top of a larger repository", async () => {
    const folder = testRepository({ "ops/actions/a/main.py": "1", "ops/rota.yaml": "", "README.md": "" });
    const repository = await opened(join(folder, "ops/actions/a"));
    expect(repository.root).toBe(join(realpathSync(folder), "ops"));
    expect(await paths(await repository.at())).toEqual(["actions/a/main.py", "rota.yaml"]);
    writeFiles(folder, { "ops/actions/a/main.py": "2", "README.md": "other" });
    expect(await repository.changes()).toEqual([{ path: "actions/a/main.py", change: "modified" }]);
    expect(await text(repository.workTree(), "actions/a/main.py")).toBe("2");
  });

  it("names links, submodules and odd modes instead of following them", async () => {
    const folder = testRepository({
      "actions/a/secret": { link: "/etc/passwd" },
      "actions/linked": { link: "../elsewhere" },
      "actions/b/main.py": "",
    });
    const sub = testRepository({ "x.txt": "x" });
    git(folder, "-c", "protocol.file.allow=always", "submodule", "-q", "add", sub, "actions/b/sub");
    commitAll(folder);
    const repository = await opened(folder);
    for (const tree of [await repository.at(), repository.workTree()]) {
      const modes = Object.fromEntries((await tree.list("actions")).map(({ path, mode }) => [path, mode]));
      expect(modes).toEqual({
        "actions/a/secret": "symlink",
        "actions/linked": "symlink",
        "actions/b/main.py": "file",
        "actions/b/sub": "submodule",
      });
      for (const path of ["actions/a/secret", "actions/linked", "actions/b/sub"])
        await expect(tree.read(path)).rejects.toThrow(/is no file|cannot be read/);
    }
  });

  it("reads another revision, and refuses what could be an option", async () => {
    const folder = testRepository(two);
    const first = git(folder, "rev-parse", "HEAD").trim();
    writeFiles(folder, { "actions/a/main.py": "print(2)\n" });
    commitAll(folder);
    const repository = await opened(folder);
    expect(await text(await repository.at(first), "actions/a/main.py")).toBe("print(1)\n");
    expect(await text(await repository.at("HEAD~1"), "actions/a/main.py")).toBe("print(1)\n");
    for (const hostile of ["-x", "--output=/tmp/x", "a..b", "HEAD:actions", "a b", "", "$(id)", "x\n--all"])
      await expect(repository.at(hostile)).rejects.toMatchObject({ code: "REVISION_ILLEGAL" });
    await expect(repository.at("no-such-branch")).rejects.toMatchObject({ code: "REVISION_UNKNOWN" });
    const tree = await repository.at();
    for (const hostile of ["-x", "/etc/passwd", "../x", "a/../../x", "a\0b", "a\rb"]) {
      await expect(tree.list(hostile)).rejects.toMatchObject({ code: "PATH_REFUSED" });
      await expect(repository.workTree().list(hostile)).rejects.toMatchObject({ code: "PATH_REFUSED" });
      await expect(repository.workTree().read(hostile)).rejects.toMatchObject({ code: "PATH_REFUSED" });
    }
  });

  it("runs nothing that the repository's configuration names", async () => {
    const folder = testRepository({ ...two, ".gitattributes": "* filter=lfs diff=evil\n" });
    const trace = join(folder, "ran");
    const evil = join(folder, "evil.sh");
    writeFileSync(evil, `#!/bin/sh\necho "$0 $*" >> '${trace}'\ncat\n`, { mode: 0o755 });
    for (const key of [
      "core.fsmonitor",
      "core.sshCommand",
      "diff.external",
      "diff.evil.textconv",
      "core.pager",
    ])
      git(folder, "config", key, evil);
    for (const key of ["filter.lfs.clean", "filter.lfs.smudge", "filter.lfs.process", "credential.helper"])
      git(folder, "config", key, evil);
    writeFileSync(join(folder, ".git/hooks/post-index-change"), `#!/bin/sh\n${evil} hook\n`, { mode: 0o755 });
    writeFiles(folder, { "actions/a/main.py": "changed\n" });
    const repository = await opened(folder);
    await repository.changes();
    await text(await repository.at(), "actions/a/main.py");
    await repository.workTree().list();
    expect(existsSync(trace)).toBe(false);
  });

  it("runs no filter, whatever it is called", async () => {
    const folder = testRepository(two);
    const trace = join(folder, ".git/ran");
    const evil = `echo ran >> '${trace}'; cat`;
    for (const name of ["evil", "with.dot", "with = sign", "Lfs"])
      for (const [key, value] of Object.entries({ clean: evil, process: evil, required: "true" })) {
        git(folder, "config", `filter.${name}.${key}`, value);
        git(folder, "config", "--file", join(folder, "more"), `filter.included.${key}`, value);
      }
    git(folder, "config", "include.path", join(folder, "more"));
    // A name in this file has no spaces: that filter is declared and never used.
    writeFiles(folder, {
      ".git/info/attributes":
        "*.py filter=evil\n*.sh filter=with.dot\nrota.yaml filter=included\n*.yaml filter=Lfs\n",
      "actions/a/main.py": "changed\n",
      "actions/a/tool.sh": { executable: "#!/bin/no\n" },
      "actions/a/action.yaml": "type: realtime  \n",
      "rota.yaml": "scope: tea2\n",
    });
    const repository = await opened(folder);
    expect(await repository.changes()).toHaveLength(4);
    expect(existsSync(trace)).toBe(false);
  });

  it("fetches nothing, so that no program that a remote names is started", async () => {
    const folder = testRepository(two);
    const trace = join(folder, ".git/ran");
    const oid = git(folder, "rev-parse", "HEAD:actions/a/main.py").trim();
    rmSync(join(folder, ".git/objects", oid.slice(0, 2), oid.slice(2)));
    git(folder, "config", "core.repositoryFormatVersion", "1");
    git(folder, "config", "extensions.partialClone", "origin");
    git(folder, "config", "remote.origin.promisor", "true");
    git(folder, "config", "core.sshCommand", `echo ssh >> '${trace}'; false`);
    git(folder, "config", "remote.origin.uploadpack", `echo uploadpack >> '${trace}'; false`);
    git(folder, "config", "protocol.allow", "always");
    for (const url of ["ssh://example.com/owner/repo", `file://${folder}`, folder]) {
      git(folder, "config", "remote.origin.url", url);
      const tree = await (await opened(folder)).at();
      await expect(tree.read("actions/a/main.py")).rejects.toMatchObject({ code: "OBJECT_MISSING" });
    }
    expect(existsSync(trace)).toBe(false);
  });

  it("reads the folder that was asked for, though a hook's variables name another", async () => {
    const folder = testRepository(two);
    const other = testRepository({ "actions/z/main.py": "" });
    process.env.GIT_DIR = join(other, ".git");
    process.env.GIT_WORK_TREE = other;
    onTestFinished(() => {
      delete process.env.GIT_DIR;
      delete process.env.GIT_WORK_TREE;
    });
    expect(await paths(await (await opened(folder)).at(), "actions/b")).toEqual(["actions/b/action.yaml"]);
  });

  it("says that content is missing in a damaged clone, and goes on reading", async () => {
    const folder = testRepository(two);
    const oid = git(folder, "rev-parse", "HEAD:actions/a/main.py").trim();
    const repository = await opened(folder);
    const tree = await repository.at();
    await tree.list("actions/a");
    rmSync(join(folder, ".git/objects", oid.slice(0, 2), oid.slice(2)));
    const reads = [tree.read("actions/a/main.py"), text(tree, "actions/a/tool.sh")] as const;
    await expect(reads[0]).rejects.toMatchObject({ code: "OBJECT_MISSING" });
    expect(await reads[1]).toBe("#!/bin/sh\n");
  });
});

describe("changes from HEAD", () => {
  const dirty = async (folder: string) => desiredTree(await opened(folder), { worktree: false });

  it("are told by file, with both ways on", async () => {
    const folder = testRepository(two);
    writeFiles(folder, {
      "actions/a/main.py": "print(2)\n",
      "actions/new/action.yaml": "",
      "rota.yaml": "scope: x\n",
    });
    rmSync(join(folder, "actions/b"), { recursive: true });
    git(folder, "add", "rota.yaml");
    await expect(dirty(folder)).rejects.toMatchObject({
      code: "DIRTY",
      files: [
        { path: "actions/a/main.py", change: "modified" },
        { path: "actions/b/action.yaml", change: "deleted" },
        { path: "actions/new/action.yaml", change: "untracked" },
        { path: "rota.yaml", change: "modified" },
      ],
      message: expect.stringMatching(/4 files.*modified {2}actions\/a\/main\.py.*git commit.*--worktree/s),
    });
    const tree = await desiredTree(await opened(folder), { worktree: true });
    expect(tree.origin).toBe("worktree");
    expect(await paths(tree, "actions")).toEqual([
      "actions/a/action.yaml",
      "actions/a/main.py",
      "actions/a/tool.sh",
      "actions/new/action.yaml",
    ]);
  });

  it("do not count what no plan reads: other folders, ignored files, droppings", async () => {
    const folder = testRepository({ ...two, ".gitignore": "*.log\nsecret/\n" });
    writeFiles(folder, {
      "src/other.txt": "changed",
      "node_modules/x/index.js": "",
      ".rota/rota.db": "",
      "actions/a/x.log": "",
      "actions/a/secret/y": "",
      "actions/a/__pycache__/main.cpython-311.pyc": "",
      "actions/a/.main.py.swp": "",
    });
    expect(await (await opened(folder)).changes()).toEqual([]);
    expect((await dirty(folder)).origin).toBe("git");
  });

  it("count an overlay that lies elsewhere, a staged file, a mode and an unmerged path", async () => {
    const folder = testRepository({ ...two, "config/prod.yaml": "a: 1\n" });
    const repository = await opened(folder);
    writeFiles(folder, { "config/prod.yaml": "a: 2\n", "actions/a/staged.py": "" });
    git(folder, "add", "actions");
    git(folder, "update-index", "--chmod=-x", "actions/a/tool.sh");
    expect(await repository.changes(["config/prod.yaml"])).toEqual([
      { path: "actions/a/staged.py", change: "added" },
      { path: "actions/a/tool.sh", change: "modified" },
      { path: "config/prod.yaml", change: "modified" },
    ]);
    git(folder, "checkout", "-q", "-f", "-b", "other");
    writeFiles(folder, { "actions/a/main.py": "other\n" });
    commitAll(folder);
    git(folder, "checkout", "-q", "main");
    writeFiles(folder, { "actions/a/main.py": "main\n" });
    commitAll(folder);
    expect(() => git(folder, "merge", "other")).toThrow();
    expect(await (await opened(folder)).changes()).toEqual([
      { path: "actions/a/main.py", change: "unmerged" },
    ]);
  });

  it("show a hostile file name escaped", async () => {
    const folder = testRepository(two);
    writeFiles(folder, { "actions/a/\u001b[2Jx.py": "", "actions/a/\r": "" });
    const error = await dirty(folder).catch((caught: Error) => caught);
    expect((error as Error).message).not.toMatch(/[\u001b\r]/);
    expect((error as Error).message).toContain("u{1b}");
  });
});

describe("repositories that are not as usual", () => {
  it("says that nothing was committed yet; the work tree can be read", async () => {
    const folder = testFolder(two);
    git(folder, "init", "-q");
    const repository = await opened(folder);
    expect(repository.commit).toBeUndefined();
    await expect(repository.at()).rejects.toMatchObject({ code: "NO_COMMIT" });
    await expect(desiredTree(repository, { worktree: false })).rejects.toThrow(/no commit yet.*--worktree/);
    expect(await paths(repository.workTree(), "rota.yaml")).toEqual(["rota.yaml"]);
  });

  it("reads a shallow clone whole, and says why an older commit is not there", async () => {
    const source = testRepository(two);
    const first = git(source, "rev-parse", "HEAD").trim();
    writeFiles(source, { "actions/a/main.py": "print(2)\n" });
    commitAll(source);
    const clone = join(testFolder({}), "clone");
    git(source, "clone", "-q", "--depth", "1", `file://${source}`, clone);
    const repository = await opened(clone);
    expect(repository.shallow).toBe(true);
    expect(await text(await repository.at(), "actions/a/main.py")).toBe("print(2)\n");
    await expect(repository.at(first)).rejects.toThrow(/shallow.*--unshallow/);
  });

  it("reads repositories of SHA-256 and linked work trees", async () => {
    const folder = testFolder(two);
    git(folder, "init", "-q", "--object-format=sha256");
    const commit = commitAll(folder);
    const tree = await (await opened(folder)).at();
    expect(tree.commit).toBe(commit);
    expect(await text(tree, "actions/a/main.py")).toBe("print(1)\n");
    const linked = join(testFolder({}), "linked");
    git(folder, "worktree", "add", "-q", linked);
    const repository = await opened(linked);
    expect(repository.cacheFolder).toBe(join(realpathSync(folder), ".git/rota"));
    expect(await text(await repository.at(), "actions/a/main.py")).toBe("print(1)\n");
  });

  it("refuses a sparse checkout's work tree, which would look like deletions", async () => {
    const folder = testRepository(two);
    git(folder, "sparse-checkout", "set", "--no-cone", "/*", "!/actions/b/");
    const repository = await opened(folder);
    await expect(repository.workTree().list()).rejects.toMatchObject({ code: "SPARSE_CHECKOUT" });
    expect(await paths(await repository.at(), "actions/b")).toEqual(["actions/b/action.yaml"]);
    expect(await repository.changes()).toEqual([]);
  });

  it("explains a bare repository, a folder that is none, and one that is not there", async () => {
    const bare = testFolder({ "file.txt": "" });
    git(bare, "init", "-q", "--bare", "b.git");
    await expect(openRepository(join(bare, "b.git"))).rejects.toMatchObject({ code: "BARE_REPOSITORY" });
    await expect(openRepository(join(bare, "file.txt"))).rejects.toMatchObject({ code: "NOT_A_FOLDER" });
    await expect(openRepository(join(bare, "nothing"))).rejects.toMatchObject({ code: "NOT_A_FOLDER" });
  });

  it.runIf(process.getuid?.() === 0)("explains a repository of another user", async () => {
    const folder = testRepository(two);
    execFileSync("chown", ["-R", "65534", folder]);
    chownSync(folder, 65534, 65534);
    await expect(openRepository(folder)).rejects.toMatchObject({
      code: "UNSAFE_DIRECTORY",
      message: expect.stringContaining("git config --global --add safe.directory"),
    });
  });

  it.runIf(process.getuid?.() === 0)("trusts a folder that the environment tells git to trust", async () => {
    const folder = testRepository(two);
    execFileSync("chown", ["-R", "65534", folder]);
    const settings: Record<string, string> = {
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "url.https://token@host/.insteadOf",
      GIT_CONFIG_VALUE_0: "https://host/",
      GIT_CONFIG_KEY_1: "safe.directory",
      GIT_CONFIG_VALUE_1: realpathSync(folder),
    };
    Object.assign(process.env, settings);
    onTestFinished(() => {
      for (const name of Object.keys(settings)) delete process.env[name];
    });
    expect((await opened(folder)).commit).toMatch(/^[0-9a-f]{40}$/);
  });

  it("says that git is missing only where it is needed", async () => {
    const clone = testRepository(two);
    const plain = testFolder({ "actions/a/main.py": "" });
    const { PATH } = process.env;
    process.env.PATH = testFolder({});
    onTestFinished(() => {
      process.env.PATH = PATH;
    });
    await expect(openRepository(join(clone, "actions"))).rejects.toMatchObject({ code: "GIT_MISSING" });
    expect((await openRepository(plain)).origin).toBe("folder");
  });
});

describe("a plain folder", () => {
  it("is read as it is, links named and not followed", async () => {
    const folder = testFolder({
      ...two,
      "actions/a/link": { link: "../../src/other.txt" },
      "actions/a/node_modules/x.js": "",
      "actions/a/__pycache__/x.pyc": "",
    });
    execFileSync("python3", [
      "-I",
      "-c",
      "import os, sys; os.mkfifo(sys.argv[1])",
      join(folder, "actions/b/pipe"),
    ]);
    const repository = await opened(folder);
    expect(repository).toMatchObject({ origin: "folder", commit: undefined, scope: "default" });
    const tree = await desiredTree(repository, { worktree: false });
    expect((await tree.list("actions")).map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      "file actions/a/action.yaml",
      "symlink actions/a/link",
      "file actions/a/main.py",
      "executable actions/a/tool.sh",
      "file actions/b/action.yaml",
      "other actions/b/pipe",
    ]);
    expect(await text(tree, "actions/a/main.py")).toBe("print(1)\n");
    for (const path of ["actions/a/link", "actions/b/pipe", "actions/a", "actions/nothing"])
      await expect(tree.read(path)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
    await expect(repository.at()).rejects.toThrow(/git init/);
  });
});
