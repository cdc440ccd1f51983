import { entryNameProblems } from "../../core/bundle/entry-name.ts";
import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceFile } from "../source-tree.ts";
import { RepositoryError } from "./repository-error.ts";

/** All that a sync reads of a repository, but for overlays that `rota.yaml` puts elsewhere. */
export const sourceRoots = ["actions", "rota.yaml", "environments"] as const;

/** The folder whose folders are the actions. */
export const actionsFolder = "actions";

/**
 * Lets a path pass that stays in the repository; throws RepositoryError for one that leads out of it,
 * is absolute, begins with "-" (an option to some program) or holds control characters.
 */
export function checkedPath(path: string): string {
  const [problem] = entryNameProblems([path]);
  if (problem !== undefined) throw new RepositoryError("PATH_REFUSED", `the path ${problem.message}`);
  if (path.startsWith("-"))
    throw new RepositoryError(
      "PATH_REFUSED",
      `the path ${shownName(path)} begins with "-"; write it as a folder's file`,
    );
  return path;
}

/** Whether `path` is `under` itself or below it. */
export const isBelow = (path: string, under: string): boolean =>
  path === under || path.startsWith(`${under}/`);

/** In the order that SourceTree promises: by path, in code units. */
export const byPath = (left: SourceFile, right: SourceFile): number =>
  left.path < right.path ? -1 : left.path > right.path ? 1 : 0;

/**
 * The files at or below `under` of a list in that order. What lies below a folder is one run of it, found
 * by halving: looking at all files for each of 10,000 folders took 26 s.
 */
export function filesBelow(files: readonly SourceFile[], under: string): readonly SourceFile[] {
  const start = firstFrom(files, `${under}/`);
  let end = start;
  while (files[end]?.path.startsWith(`${under}/`)) end++;
  const itself = files[firstFrom(files, under)];
  const below = files.slice(start, end);
  return itself?.path === under ? [itself, ...below] : below;
}

/** Index of the first file whose path is not before `path`. */
function firstFrom(files: readonly SourceFile[], path: string): number {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((files[middle]?.path ?? "") < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
