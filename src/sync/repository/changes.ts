import { shownName } from "../../core/bundle/shown-name.ts";
import { ignoreRules } from "../bundle/ignored.ts";
import type { Git } from "./git.ts";
import { RepositoryError } from "./repository-error.ts";
import { checkedPath, sourceRoots } from "./source-path.ts";

/** A file that differs from HEAD. */
export interface Change {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted" | "untracked" | "unmerged";
}

/** Files under `actions/`, `rota.yaml` or an overlay differ from HEAD, so HEAD is not what the user sees. */
export class DirtyError extends RepositoryError {
  override readonly name = "DirtyError";
  readonly files: readonly Change[];
  constructor(files: readonly Change[]) {
    const shown = files.slice(0, 10).map(({ path, change }) => `  ${change.padEnd(9)} ${tame(path)}`);
    const more = files.length > 10 ? [`  and ${files.length - 10} more`] : [];
    const count = files.length === 1 ? "1 file differs" : `${files.length} files differ`;
    super(
      "DIRTY",
      [
        `${count} from the last commit, which is what would be applied:`,
        ...shown,
        ...more,
        "Commit first (git add, git commit), or add --worktree to use the files as they are.",
      ].join("\n"),
    );
    this.files = files;
  }
}

const tame = (path: string): string => (/^[\p{L}\p{N}._/ -]+$/u.test(path) ? path : shownName(path));

/**
 * What differs from HEAD among the files that a sync reads: index and work tree, untracked files
 * included, ignored ones not. `prefix` is where the folder lies in the repository ("" or "ops/"),
 * `overlays` are paths besides the usual roots. One `git status` of these paths, nothing else.
 */
export async function changesFromHead(
  git: Git,
  prefix: string,
  overlays: readonly string[],
): Promise<readonly Change[]> {
  const paths = [...sourceRoots, ...overlays.map(checkedPath)];
  const printed = await git(
    ...[
      "status",
      "--porcelain=v1",
      "-z",
      "--untracked-files=all",
      "--no-renames",
      "--ignore-submodules=dirty",
    ],
    // the branch's line is not used: simple-git waits 50 ms more for a command that prints nothing
    ...["--branch", "--no-ahead-behind", "--", ...paths],
  );
  const dropping = ignoreRules(undefined);
  const changes: Change[] = [];
  for (const line of printed.split("\0")) {
    if (line.length < 4 || line.startsWith("## ")) continue;
    const path = line.slice(3 + prefix.length);
    const change = changeOf(line.slice(0, 2));
    const untrackedFolder = path.endsWith("/");
    if (change === "untracked" && !untrackedFolder && isDropping(path, dropping)) continue;
    changes.push({ path, change });
  }
  return changes.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** An untracked `__pycache__` or editor swap file is part of no bundle, so it makes nothing dirty. */
function isDropping(path: string, dropping: (path: string) => boolean): boolean {
  const [root, , ...rest] = path.split("/");
  return root === "actions" && rest.length > 0 && rest.at(-1) !== ".rotaignore" && dropping(rest.join("/"));
}

/** Git's two letters, index and work tree, as one word; the table of git-status(1). */
function changeOf(letters: string): Change["change"] {
  if (letters === "??") return "untracked";
  if (/^(DD|AA|.U|U.)$/.test(letters)) return "unmerged";
  if (letters.includes("D")) return "deleted";
  if (letters.startsWith("A")) return "added";
  return "modified";
}
