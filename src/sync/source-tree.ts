/** What kind of thing a path is. Only files and executables may be part of an action. */
export type SourceMode = "file" | "executable" | "symlink" | "submodule" | "other";

/** One entry of a source tree; folders are not listed. */
export interface SourceFile {
  /** Relative to the tree's root, with "/", never starting with one. */
  readonly path: string;
  readonly mode: SourceMode;
  /** In bytes; of a symlink, the length of its target; 0 for a submodule or a special file. */
  readonly size: number;
  /** Git's blob id, where the entry was read from git objects or git knows it; a hint for caches. */
  readonly oid?: string;
}

/** One direct child of a folder in git. */
export interface SourceChild {
  readonly name: string;
  readonly kind: "folder" | SourceMode;
  /** Git's id of it. Of a folder: the same id, the same content to the last byte and mode. */
  readonly oid: string;
}

/**
 * The files that a repository says should be live, wherever they are read from: git objects at a
 * commit, the work tree of a git repository, or a plain folder.
 */
export interface SourceTree {
  readonly origin: "git" | "worktree" | "folder";
  /** The commit that is read, 40 or 64 hex digits; undefined for a work tree and a plain folder. */
  readonly commit: string | undefined;
  /**
   * Every file at or below `under` (a folder or a file, relative to the root), sorted by path in code
   * units; all that a source tree knows without it. Empty when nothing is there.
   */
  list(under?: string): Promise<readonly SourceFile[]>;
  /** The bytes of one listed file. Rejects for a path that is not a file of this tree. */
  read(path: string): Promise<Uint8Array>;
  /**
   * What lies directly below a folder, with ids, where the tree has such ids (git objects): one cheap
   * request, whatever lies further down. Empty when the folder is not there.
   */
  children?(under: string): Promise<readonly SourceChild[]>;
}
