import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceFile, SourceTree } from "../source-tree.ts";
import { RepositoryError } from "./repository-error.ts";
import { actionsFolder } from "./source-path.ts";

/** The folder of one action. */
export interface ActionFolder {
  /** The folder's name, which is the action's where the manifest names no other. */
  readonly name: string;
  /** `actions/<name>` */
  readonly folder: string;
  /** Same id, same content: what a cache may be keyed by. undefined where files lie on disk. */
  readonly treeId: string | undefined;
  /** The folder's files, listed when they are asked for: an unchanged folder never is. */
  files(): Promise<readonly SourceFile[]>;
}

/**
 * The folders of all actions, sorted by name. A direct child of `actions/` that is a symbolic link or
 * a submodule is told as a folder with that one entry, so that it is refused by name, not overlooked;
 * plain files beside the folders (a README) are nobody's action.
 * Rejects with RepositoryError when `actions` itself is not a folder.
 */
export async function loadFolders(tree: SourceTree): Promise<readonly ActionFolder[]> {
  const children = (await tree.children?.(actionsFolder)) ?? [];
  if (children.length === 0) return fromListing(tree, await tree.list(actionsFolder));
  return children
    .filter(({ kind }) => kind !== "file" && kind !== "executable")
    .map(({ name, kind, oid }) => actionFolder(tree, name, kind === "folder" ? oid : undefined, undefined))
    .sort(byName);
}

function fromListing(tree: SourceTree, files: readonly SourceFile[]): ActionFolder[] {
  const byFolder = new Map<string, SourceFile[]>();
  for (const file of files) {
    if (file.path === actionsFolder)
      throw new RepositoryError(
        "ACTIONS_NOT_A_FOLDER",
        `${shownName(actionsFolder)} must be a folder, not a ${file.mode}`,
      );
    const [, name = "", ...rest] = file.path.split("/");
    if (rest.length === 0 && (file.mode === "file" || file.mode === "executable")) continue;
    const folder = byFolder.get(name);
    if (folder === undefined) byFolder.set(name, [file]);
    else folder.push(file);
  }
  return [...byFolder].map(([name, listed]) => actionFolder(tree, name, undefined, listed)).sort(byName);
}

function actionFolder(
  tree: SourceTree,
  name: string,
  treeId: string | undefined,
  listed: readonly SourceFile[] | undefined,
): ActionFolder {
  const folder = `${actionsFolder}/${name}`;
  return { name, folder, treeId, files: async () => listed ?? (await tree.list(folder)) };
}

const byName = (left: ActionFolder, right: ActionFolder): number => (left.name < right.name ? -1 : 1);
