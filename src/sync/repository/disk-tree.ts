import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { join } from "node:path";
import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceFile, SourceMode, SourceTree } from "../source-tree.ts";
import { RepositoryError } from "./repository-error.ts";
import { byPath, checkedPath, filesBelow, isBelow, sourceRoots } from "./source-path.ts";

/** Answers the files at or below the given paths, as they lie on disk, in any order. */
export type DiskListing = (paths: readonly string[]) => Promise<readonly SourceFile[]>;

/** Files as they lie on disk: the work tree of a git repository or a plain folder. */
export class DiskTree implements SourceTree {
  readonly origin: "worktree" | "folder";
  readonly commit = undefined;
  readonly #root: string;
  readonly #listing: DiskListing;
  #whole: Promise<readonly SourceFile[]> | undefined;

  constructor(origin: "worktree" | "folder", root: string, listing: DiskListing) {
    this.origin = origin;
    this.#root = root;
    this.#listing = listing;
  }

  async list(under?: string): Promise<readonly SourceFile[]> {
    const path = under === undefined ? undefined : checkedPath(under);
    if (path !== undefined && !sourceRoots.some((root) => isBelow(path, root)))
      return (await this.#listing([path])).toSorted(byPath);
    this.#whole ??= this.#listing(sourceRoots).then((files) => files.toSorted(byPath));
    const files = await this.#whole;
    return path === undefined ? files : filesBelow(files, path);
  }

  /** Never follows a link, never waits for a pipe, and never hands out what is not a regular file. */
  async read(path: string): Promise<Uint8Array> {
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    try {
      const handle = await open(join(this.#root, checkedPath(path)), flags);
      try {
        if (!(await handle.stat()).isFile()) throw new Error("it is no regular file");
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (cause) {
      if (cause instanceof RepositoryError) throw cause;
      const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
      throw new RepositoryError("FILE_UNREADABLE", `${shownName(path)} cannot be read (${why})`, { cause });
    }
  }
}

/** What lies at a path on disk; undefined when nothing does, or a folder. */
export async function entryOnDisk(root: string, path: string): Promise<SourceFile | undefined> {
  try {
    const stats = await lstat(join(root, path));
    if (stats.isDirectory()) return undefined;
    const mode: SourceMode = stats.isSymbolicLink()
      ? "symlink"
      : !stats.isFile()
        ? "other"
        : (stats.mode & 0o100) === 0
          ? "file"
          : "executable";
    return { path, mode, size: mode === "other" ? 0 : stats.size };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new RepositoryError("FILE_UNREADABLE", `${shownName(path)} cannot be read (${code})`, { cause });
  }
}
