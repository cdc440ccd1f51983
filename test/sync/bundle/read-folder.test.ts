import { describe, expect, it, onTestFinished } from "vitest";
import { bundleLimits } from "../../../src/core/bundle/limits.ts";
import { checkFolder } from "../../../src/sync/bundle/check-folder.ts";
import { readFolder } from "../../../src/sync/bundle/read-folder.ts";
import { openRepository } from "../../../src/sync/repository/open-repository.ts";
import type { SourceFile, SourceTree } from "../../../src/sync/source-tree.ts";
import { type Entry, testFolder, testRepository } from "../repository/test-repository.ts";

async function trees(files: Record<string, Entry>): Promise<SourceTree[]> {
  const repository = await openRepository(testRepository(files));
  const plain = await openRepository(testFolder(files));
  onTestFinished(() => repository.close());
  return [await repository.at(), repository.workTree(), plain.workTree()];
}
const names = async (tree: SourceTree, folder = "actions/a") => {
  const { files, issues } = await readFolder(tree, folder);
  return issues.length > 0
    ? issues.map(({ code, file }) => `${code} ${file}`)
    : files.map(({ path }) => path);
};
const source = (path: string, change: Partial<SourceFile> = {}): SourceFile => ({
  path,
  mode: "file",
  size: 1,
  ...change,
});
const codes = (files: readonly SourceFile[], rotaignore?: string) =>
  checkFolder("actions/a", files, rotaignore).issues.map(({ code, file }) => `${code} ${file}`);

describe("the code of an action's folder", () => {
  it("is the same from git, work tree and plain folder", async () => {
    const files = {
      "actions/a/action.yaml": "type: scheduled\n",
      "actions/a/main.py": "print(1)\n",
      "actions/a/lib/tool.sh": { executable: "#!/bin/sh\n" },
      "actions/ab/main.py": "another",
    };
    for (const tree of await trees(files)) {
      const { files: read, issues } = await readFolder(tree, "actions/a");
      expect(issues).toEqual([]);
      expect(read.map(({ path, mode, bytes }) => [path, mode, Buffer.from(bytes).toString()])).toEqual([
        ["lib/tool.sh", "executable", "#!/bin/sh\n"],
        ["main.py", "file", "print(1)\n"],
      ]);
    }
  });

  it("leaves out what .rotaignore and everybody's droppings name, by case, and takes back what `!` names", async () => {
    const files = {
      "actions/a/main.py": "",
      "actions/a/.rotaignore": "tests/\n*.md\n!KEEP.md\n/top.txt\n!kept.pyc\n\\#odd\n",
      "actions/a/tests/test_main.py": "",
      "actions/a/tests/link": { link: "/etc/passwd" },
      "actions/a/NOTES.md": "",
      "actions/a/KEEP.md": "",
      "actions/a/notes.MD": "",
      "actions/a/top.txt": "",
      "actions/a/lib/top.txt": "",
      "actions/a/lib/.rotaignore": "x",
      "actions/a/kept.pyc": "",
      "actions/a/#odd": "",
      "actions/a/.main.py.swp": "",
      "actions/a/main.py~": "",
      "actions/a/.#lock": "",
      "actions/a/lib/.DS_Store": "",
      "actions/a/lib/Main.pyc": "",
    };
    const expected = ["KEEP.md", "kept.pyc", "lib/.rotaignore", "lib/top.txt", "main.py", "notes.MD"];
    for (const tree of await trees(files)) expect(await names(tree)).toEqual(expected);
  });

  it("refuses links, submodules, special files and pointers of LFS by name", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n";
    for (const tree of await trees({
      "actions/a/main.py": "",
      "actions/a/passwd": { link: "/etc/passwd" },
      "actions/b/main.py": "",
      "actions/b/model.bin": pointer,
      "actions/c": { link: "b" },
    })) {
      expect(await names(tree, "actions/a")).toEqual(["FILE_SYMLINK actions/a/passwd"]);
      expect(await names(tree, "actions/b")).toEqual(["FILE_LFS_POINTER actions/b/model.bin"]);
      expect(await names(tree, "actions/c")).toEqual(["FILE_SYMLINK actions/c"]);
    }
    const odd = [source("actions/a/sub", { mode: "submodule" }), source("actions/a/pipe", { mode: "other" })];
    expect(codes(odd)).toEqual(["FILE_SUBMODULE actions/a/sub", "FILE_SPECIAL actions/a/pipe"]);
  });

  it("refuses names that cannot be unpacked, from git too", async () => {
    const [tree] = await trees({
      "actions/a/main.py": "",
      "actions/a/x\ry": "",
      "actions/a/README": "",
      "actions/a/readme": "",
    });
    const { issues } = await readFolder(tree!, "actions/a");
    expect(issues.map(({ code }) => code).sort()).toEqual(["NAME_COLLISION", "NAME_ILLEGAL"]);
    for (const { message } of issues) expect(message).not.toContain("\r");
    expect(codes([source("actions/a/\ufffd.py"), source("actions/a/C:x")])).toEqual([
      "NAME_ILLEGAL actions/a/\ufffd.py",
      "NAME_ILLEGAL actions/a/C:x",
    ]);
  });

  it("refuses what is too large before reading it", async () => {
    const { entries, fileSize, totalSize } = bundleLimits;
    const many = Array.from({ length: entries + 1 }, (_, index) => source(`actions/a/f${index}`));
    expect(codes(many)).toEqual(["BUNDLE_TOO_LARGE actions/a"]);
    expect(codes(many, "f1\n")).toEqual([]);
    expect(codes([source("actions/a/big", { size: fileSize + 1 })])).toEqual([
      "BUNDLE_TOO_LARGE actions/a/big",
    ]);
    const three = [1, 2, 3].map((index) => source(`actions/a/${index}`, { size: totalSize / 2 }));
    expect(codes(three)).toEqual(["BUNDLE_TOO_LARGE actions/a"]);
    expect(codes([source("actions/a/action.yaml", { size: fileSize * 9 })])).toEqual([]);
  });

  it("refuses a .rotaignore that is a link or no list", async () => {
    for (const tree of await trees({
      "actions/a/main.py": "",
      "actions/a/.rotaignore": { link: "/etc/passwd" },
    }))
      expect(await names(tree)).toEqual(["IGNORE_FILE_INVALID actions/a/.rotaignore"]);
    const [tree] = await trees({ "actions/a/.rotaignore": "x\n".repeat(50_000) });
    expect(await names(tree!)).toEqual(["IGNORE_FILE_INVALID actions/a/.rotaignore"]);
  });
});
