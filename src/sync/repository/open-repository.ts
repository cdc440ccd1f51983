import { access, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceTree } from "../source-tree.ts";
import { BlobReader } from "./blob-reader.ts";
import { type Change, changesFromHead, DirtyError } from "./changes.ts";
import { DiskTree } from "./disk-tree.ts";
import { folderListing } from "./folder-listing.ts";
import { openGit } from "./git.ts";
import { GitTree } from "./git-tree.ts";
import { withoutFilters } from "./git-world.ts";
import { RepositoryError } from "./repository-error.ts";
import { checkedRevision, commitOf, unbornHead, unknownRevision } from "./revision.ts";
import { defaultScope, scopeOfRemotes } from "./scope.ts";
import { workTreeListing } from "./work-tree-listing.ts";

/** A folder that actions are read from. */
export interface Repository {
  /** Absolute; holds `actions/` and `rota.yaml`. */
  readonly root: string;
  readonly origin: "git" | "folder";
  /** HEAD's commit; undefined for a plain folder and before the first commit. */
  readonly commit: string | undefined;
  /** History is cut off (`git clone --depth`): the tree is whole, older commits are not there. */
  readonly shallow: boolean;
  /** `owner/repo` of the remote, else "default". */
  readonly scope: string;
  /** Where caches of this repository may lie (inside git's own folder); undefined for a plain folder. */
  readonly cacheFolder: string | undefined;
  /** What differs from HEAD; empty for a plain folder. `overlays`: files besides `environments/`. */
  changes(overlays?: readonly string[]): Promise<readonly Change[]>;
  /** The files at HEAD or at another revision. Rejects with RepositoryError when there is no such commit. */
  at(revision?: string): Promise<SourceTree>;
  /** The files as they lie on disk. */
  workTree(): SourceTree;
  /** Ends the git process that reads files; idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the repository that `folder` lies in. In git, the root is the nearest folder from `folder`
 * upwards that holds `rota.yaml` or `actions/`, or else the top of the work tree; a folder outside git
 * is read as it is. Rejects with RepositoryError (no such folder, git missing, owned by another user).
 */
export async function openRepository(folder: string): Promise<Repository> {
  const start = await existingFolder(folder);
  const top = await topOfWorkTree(start);
  if (top === undefined) return plainFolder(start);
  return gitRepository(await rootBelow(top, start));
}

/**
 * The tree that plan and apply use: HEAD, or with `worktree` the files as they are.
 * Rejects with DirtyError when HEAD is asked for and files differ from it.
 */
export async function desiredTree(
  repository: Repository,
  options: { readonly worktree: boolean; readonly overlays?: readonly string[] },
): Promise<SourceTree> {
  if (repository.origin === "folder" || options.worktree) return repository.workTree();
  const [changes, tree] = await Promise.all([repository.changes(options.overlays), repository.at()]);
  if (changes.length > 0) throw new DirtyError(changes);
  return tree;
}

async function existingFolder(folder: string): Promise<string> {
  const found = await realpath(folder).catch(() => undefined);
  if (found === undefined || !(await stat(found)).isDirectory())
    throw new RepositoryError("NOT_A_FOLDER", `${shownName(folder)} is not a folder`);
  return found;
}

/**
 * The top of the git work tree around a folder; undefined outside git. Where nothing around it looks like
 * git's, git is not asked: that would cost a fifth of `rota validate`.
 */
async function topOfWorkTree(folder: string): Promise<string | undefined> {
  if (!(await isInClone(folder))) return undefined;
  try {
    return (await openGit(folder)("rev-parse", "--show-toplevel")).replace(/\n$/, "");
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    const said = error.cause instanceof Error ? error.cause.message : "";
    if (/not a git repository/.test(said)) return undefined;
    if (/must be run in a work tree/.test(said))
      throw new RepositoryError(
        "BARE_REPOSITORY",
        `${shownName(folder)} is a bare repository, or git's own folder: use a clone of it`,
        { cause: error },
      );
    throw error;
  }
}

/** Whether the folder, or one above it, has a `.git` or is git's own. */
async function isInClone(folder: string): Promise<boolean> {
  const [git, head, objects] = await Promise.all(
    [".git", "HEAD", "objects"].map((name) => exists(join(folder, name))),
  );
  if (git || (head && objects)) return true;
  const above = dirname(folder);
  return above !== folder && isInClone(above);
}

async function rootBelow(top: string, start: string): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (folder === top || dirname(folder) === folder) return top;
    if ((await exists(join(folder, "rota.yaml"))) || (await exists(join(folder, "actions")))) return folder;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function plainFolder(root: string): Repository {
  return {
    root,
    origin: "folder",
    commit: undefined,
    shallow: false,
    scope: defaultScope,
    cacheFolder: undefined,
    changes: async () => [],
    at: () =>
      Promise.reject(
        new RepositoryError(
          "NO_COMMIT",
          `${shownName(root)} is no git repository, so it has no commit to read: run git init`,
        ),
      ),
    workTree: () => new DiskTree("folder", root, folderListing(root)),
    close: async () => {},
  };
}

async function gitRepository(root: string): Promise<Repository> {
  const git = openGit(root);
  const blobs = new BlobReader(root);
  const [place, head, settings] = await Promise.all([
    git(
      "rev-parse",
      "--path-format=absolute",
      "--git-common-dir",
      "--is-shallow-repository",
      "--show-prefix",
    ),
    commitOf(git, "HEAD"),
    git("config", "-z", "--get-regexp", "^(remote\\..*\\.url|core\\.filemode|filter\\..*)$"),
  ]);
  const [gitFolder = "", shallow = "", prefix = ""] = place.split("\n");
  const { urls, fileMode, filters } = readSettings(settings);
  const filterless = filters.size === 0 ? git : openGit(root, withoutFilters(filters));
  return {
    root,
    origin: "git",
    commit: head,
    shallow: shallow === "true",
    scope: scopeOfRemotes(urls),
    cacheFolder: join(gitFolder, "rota"),
    changes: (overlays = []) =>
      head === undefined ? Promise.reject(unbornHead()) : changesFromHead(filterless, prefix, overlays),
    at: async (revision) => {
      if (revision === undefined && head === undefined) throw unbornHead();
      const commit = revision === undefined ? head : await commitOf(git, checkedRevision(revision));
      if (commit === undefined) throw unknownRevision(revision ?? "HEAD", shallow === "true");
      return new GitTree(git, blobs, commit);
    },
    workTree: () => new DiskTree("worktree", root, workTreeListing(root, git, fileMode)),
    close: () => blobs.close(),
  };
}

/** `git config -z --get-regexp`: `key LF value NUL`. */
function readSettings(printed: string): {
  urls: Map<string, string>;
  fileMode: boolean;
  filters: Set<string>;
} {
  const urls = new Map<string, string>();
  const filters = new Set<string>();
  let fileMode = true;
  for (const setting of printed.split("\0")) {
    const [key = "", value = ""] = setting.split(/\n(.*)/s);
    const remote = /^remote\.(.*)\.url$/s.exec(key)?.[1];
    if (remote !== undefined && !urls.has(remote)) urls.set(remote, value);
    if (key === "core.filemode") fileMode = value !== "false";
    const filter = /^filter\.(.*)\.[^.]*$/s.exec(key)?.[1];
    if (filter !== undefined) filters.add(filter);
  }
  return { urls, fileMode, filters };
}
