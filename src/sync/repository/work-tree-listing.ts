import type { SourceFile } from "../source-tree.ts";
import { type DiskListing, entryOnDisk } from "./disk-tree.ts";
import type { Git } from "./git.ts";
import { RepositoryError } from "./repository-error.ts";

/** One entry of `git ls-files -t -s -z`: `H 100644 <oid> 0\t<path>`, or `? <path>` for an untracked file. */
const entry = /^(?:(?<tag>[HSMRCK]) (?<mode>\d+) [0-9a-f]+ \d\t|\? )(?<path>.+)$/s;

/**
 * Lists a git work tree: tracked and untracked files that are there, ignored ones not. So the bundle of
 * a work tree is what a commit of everything would give.
 * Rejects with RepositoryError where a sparse checkout leaves files out: a partial set must not look
 * as if actions had been deleted.
 */
export function workTreeListing(root: string, git: Git, fileMode: boolean): DiskListing {
  return async (paths) => {
    const printed = await git(
      ...["ls-files", "-z", "-t", "-s", "--cached", "--others", "--exclude-standard", "--", ...paths],
    );
    const found = new Map<string, Promise<SourceFile | undefined>>();
    for (const line of printed.split("\0")) {
      const { tag, mode, path } = entry.exec(line)?.groups ?? {};
      if (path === undefined) continue;
      if (tag === "S") throw sparse(path);
      if (mode === "160000") found.set(path, Promise.resolve({ path, mode: "submodule", size: 0 }));
      // an untracked folder that is a repository of its own is told with a slash at its end
      else if (path.endsWith("/"))
        found.set(path, Promise.resolve({ path: path.slice(0, -1), mode: "submodule", size: 0 }));
      else found.set(path, onDisk(root, path, fileMode ? undefined : mode));
    }
    return (await Promise.all(found.values())).filter((file) => file !== undefined);
  };
}

/** Where the file system keeps no executable bit (core.fileMode=false), the index's is the one that is meant. */
async function onDisk(root: string, path: string, mode: string | undefined): Promise<SourceFile | undefined> {
  const file = await entryOnDisk(root, path);
  if (file === undefined || mode === undefined || (file.mode !== "file" && file.mode !== "executable"))
    return file;
  return { ...file, mode: mode === "100755" ? "executable" : "file" };
}

const sparse = (path: string): RepositoryError =>
  new RepositoryError(
    "SPARSE_CHECKOUT",
    `this is a sparse checkout without ${path}: run git sparse-checkout disable, or leave --worktree out and use the commit`,
  );
