import { describe, expect, it, onTestFinished } from "vitest";
import { loadFolders } from "../../../src/sync/repository/load-folders.ts";
import { openRepository } from "../../../src/sync/repository/open-repository.ts";
import { commitAll, git, testFolder, testRepository, writeFiles } from "./test-repository.ts";

const opened = async (folder: string) => {
  const repository = await openRepository(folder);
  onTestFinished(() => repository.close());
  return repository;
};
const files = {
  "actions/README.md": "not an action",
  "actions/b/action.yaml": "type: scheduled\n",
  "actions/a/action.yaml": "type: scheduled\n",
  "actions/a/lib/x.py": "",
  "actions/linked": { link: "a" },
};

describe("the folders of all actions", () => {
  it("are named by git with the id of their content, work tree and plain folder without", async () => {
    const repository = await opened(testRepository(files));
    const plain = await opened(testFolder(files));
    const trees = [await repository.at(), repository.workTree(), plain.workTree()];
    for (const tree of trees) {
      const folders = await loadFolders(tree);
      expect(folders.map(({ name, folder }) => [name, folder])).toEqual([
        ["a", "actions/a"],
        ["b", "actions/b"],
        ["linked", "actions/linked"],
      ]);
      expect((await folders[0]!.files()).map(({ path }) => path)).toEqual([
        "actions/a/action.yaml",
        "actions/a/lib/x.py",
      ]);
      expect(await folders[2]!.files()).toMatchObject([{ path: "actions/linked", mode: "symlink" }]);
      const ids = folders.map(({ treeId }) => treeId?.length);
      expect(ids).toEqual(tree.origin === "git" ? [40, 40, undefined] : [undefined, undefined, undefined]);
    }
  });

  it("keep their id while nothing below them changes, wherever else something does", async () => {
    const folder = testRepository(files);
    const ids = async () => {
      const folders = await loadFolders(await (await opened(folder)).at());
      return Object.fromEntries(folders.map(({ name, treeId }) => [name, treeId]));
    };
    const before = await ids();
    writeFiles(folder, { "actions/a/lib/x.py": "changed" });
    commitAll(folder);
    const changed = await ids();
    expect(changed.b).toBe(before.b);
    expect(changed.a).not.toBe(before.a);
    git(folder, "revert", "--no-edit", "HEAD");
    expect(await ids()).toEqual(before);
  });

  it("may be none, and `actions` must be a folder", async () => {
    expect(await loadFolders(await (await opened(testRepository({ "rota.yaml": "" }))).at())).toEqual([]);
    expect(await loadFolders((await opened(testFolder({}))).workTree())).toEqual([]);
    const linked = { "elsewhere/a/action.yaml": "", actions: { link: "elsewhere" } };
    const repository = await opened(testRepository(linked));
    for (const tree of [
      await repository.at(),
      repository.workTree(),
      (await opened(testFolder(linked))).workTree(),
    ])
      await expect(loadFolders(tree)).rejects.toMatchObject({ code: "ACTIONS_NOT_A_FOLDER" });
  });

  it("are listed one by one or all at once with the same result", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`actions/a${index}/main.py`, `${index}`]),
    );
    const folders = await loadFolders(await (await opened(testRepository(many))).at());
    const listed = [];
    for (const folder of folders) listed.push(...(await folder.files()).map(({ path }) => path));
    expect(listed.sort()).toEqual(Object.keys(many).sort());
  });
});
