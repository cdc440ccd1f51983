import type { Issue } from "../../core/action/issue.ts";
import type { BundleFile } from "../../core/bundle/bundle-file.ts";
import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceFile, SourceTree } from "../source-tree.ts";
import { checkFolder, folderIssue, type KeptFile } from "./check-folder.ts";
import { ignoreFileName } from "./ignored.ts";

/** A `.rotaignore` larger than this is no list of patterns. In bytes. */
const largestIgnoreFile = 64 * 1024;

/**
 * The code of one action: the files of its folder (`actions/name`) that its `.rotaignore` does not
 * leave out, `action.yaml` not among them. With an error among the issues, `files` is empty and nothing
 * but the `.rotaignore` was read. `listed` is the folder's listing where the caller has it already.
 */
export async function readFolder(
  tree: SourceTree,
  folder: string,
  listed?: readonly SourceFile[],
): Promise<{ readonly files: readonly BundleFile[]; readonly issues: readonly Issue[] }> {
  const sources = listed ?? (await tree.list(folder));
  const rotaignore = await readIgnoreFile(tree, `${folder}/${ignoreFileName}`, sources);
  if (typeof rotaignore === "object") return { files: [], issues: [rotaignore] };
  const { kept, issues } = checkFolder(folder, sources, rotaignore);
  if (issues.length > 0) return { files: [], issues };
  const files = await Promise.all(kept.map((file) => readKept(tree, file)));
  const pointers = files.filter(({ bytes }) => isLfsPointer(bytes));
  if (pointers.length === 0) return { files, issues: [] };
  return { files: [], issues: pointers.map(({ path }) => lfsIssue(`${folder}/${path}`)) };
}

const readKept = async (tree: SourceTree, file: KeptFile): Promise<BundleFile> => ({
  path: file.name,
  mode: file.mode,
  bytes: await tree.read(file.path),
});

async function readIgnoreFile(
  tree: SourceTree,
  path: string,
  sources: readonly SourceFile[],
): Promise<string | undefined | Issue> {
  const file = sources.find((source) => source.path === path);
  if (file === undefined) return undefined;
  const refused = (why: string) => folderIssue("IGNORE_FILE_INVALID", path, `${shownName(path)} ${why}`);
  if (file.mode !== "file" && file.mode !== "executable") return refused("must be a regular file");
  if (file.size > largestIgnoreFile) return refused("is larger than 64 KiB");
  return new TextDecoder().decode(await tree.read(path));
}

const lfsMark = Buffer.from("version https://git-lfs.github.com/spec/v1\n");

/** Whether these bytes stand for a file that Git LFS keeps elsewhere. Its specification: under 1024 bytes, this first line. */
const isLfsPointer = (bytes: Uint8Array): boolean =>
  bytes.length < 1024 && lfsMark.equals(bytes.subarray(0, lfsMark.length));

const lfsIssue = (path: string): Issue => ({
  ...folderIssue(
    "FILE_LFS_POINTER",
    path,
    `${shownName(path)} is kept by Git LFS, which Rota does not fetch`,
  ),
  hint: "keep the file in git itself: git lfs untrack, then add it again",
});
