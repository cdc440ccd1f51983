import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceChild, SourceFile, SourceMode, SourceTree } from "../source-tree.ts";
import type { BlobReader } from "./blob-reader.ts";
import type { Git } from "./git.ts";
import { RepositoryError } from "./repository-error.ts";
import { byPath, checkedPath, filesBelow, isBelow, sourceRoots } from "./source-path.ts";

/** A listing costs a process of 4 ms; from here on it is cheaper to list everything once. */
const singleListings = 12;

/**
 * A repository at one commit, read from git objects alone: no work tree, no autocrlf, no ignored file,
 * no editor's dropping can get in. `git` asks in the folder that holds `actions/`, so paths are
 * relative to it wherever in the repository it lies.
 */
export class GitTree implements SourceTree {
  readonly origin = "git";
  readonly commit: string;
  readonly #git: Git;
  readonly #blobs: BlobReader;
  readonly #known = new Map<string, SourceFile>();
  #whole: Promise<readonly SourceFile[]> | undefined;
  #listings = 0;

  constructor(git: Git, blobs: BlobReader, commit: string) {
    this.#git = git;
    this.#blobs = blobs;
    this.commit = commit;
  }

  async list(under?: string): Promise<readonly SourceFile[]> {
    if (under === undefined) return this.#all();
    const path = checkedPath(under);
    const inRoots = sourceRoots.some((root) => isBelow(path, root));
    if (inRoots && (this.#whole !== undefined || ++this.#listings > singleListings || path === "actions"))
      return filesBelow(await this.#all(), path);
    return this.#ask([path]);
  }

  async read(path: string): Promise<Uint8Array> {
    const file = this.#known.get(path) ?? (await this.list(path)).find((found) => found.path === path);
    if (file?.oid === undefined || (file.mode !== "file" && file.mode !== "executable"))
      throw new RepositoryError(
        "PATH_REFUSED",
        `${shownName(path)} is no file of commit ${this.commit.slice(0, 12)}`,
      );
    return this.#blobs.read(file.oid);
  }

  async children(under: string): Promise<readonly SourceChild[]> {
    const path = `${checkedPath(under)}/`;
    const printed = await this.#git("ls-tree", "-z", "--end-of-options", this.commit, "--", path);
    const lines = printed.split("\0").filter((line) => line !== "");
    return lines.map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", , oid = ""] = line.slice(0, tab).split(" ");
      return {
        name: line.slice(tab + 1 + path.length),
        kind: mode === "040000" ? "folder" : modeOf(mode),
        oid,
      };
    });
  }

  #all(): Promise<readonly SourceFile[]> {
    this.#whole ??= this.#ask(sourceRoots);
    return this.#whole;
  }

  async #ask(paths: readonly string[]): Promise<readonly SourceFile[]> {
    const printed = await this.#git(
      "ls-tree",
      "-r",
      "-l",
      "-z",
      "--end-of-options",
      this.commit,
      "--",
      ...paths,
    );
    const files = printed
      .split("\0")
      .filter((line) => line !== "")
      .map(parseEntry);
    for (const file of files) this.#known.set(file.path, file);
    return files.sort(byPath);
  }
}

const modes: Readonly<Record<string, SourceMode>> = {
  "100644": "file",
  "100664": "file",
  "100755": "executable",
  "120000": "symlink",
  "160000": "submodule",
};

const modeOf = (mode: string): SourceMode => modes[mode] ?? "other";

/** One `ls-tree -l -z` entry: `100644 blob <oid>    <size>\t<path>`. A path that is not UTF-8 holds U+FFFD and is refused later, by name. */
function parseEntry(line: string): SourceFile {
  const tab = line.indexOf("\t");
  const [mode = "", , oid = "", size = "-"] = line.slice(0, tab).split(/ +/);
  return {
    path: line.slice(tab + 1),
    mode: modeOf(mode),
    size: size === "-" ? 0 : Number(size),
    oid,
  };
}
