import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceFile } from "../source-tree.ts";
import { type DiskListing, entryOnDisk } from "./disk-tree.ts";
import { RepositoryError } from "./repository-error.ts";

/** Names that no `readdir` below `actions/` goes into: they are large, and never an action's code. */
const never = new Set([".git", "node_modules", ".venv", "__pycache__"]);

/** Lists a plain folder: what lies on disk is what is meant. Links are named, never followed. */
export function folderListing(root: string): DiskListing {
  return async (paths) => {
    const found: SourceFile[] = [];
    await Promise.all(paths.map((path) => walk(root, path, found)));
    return found;
  };
}

async function walk(root: string, path: string, found: SourceFile[]): Promise<void> {
  const entry = await entryOnDisk(root, path);
  if (entry !== undefined) {
    found.push(entry);
    return;
  }
  const names = await namesIn(root, path);
  const wanted = names.filter((name) => !never.has(name));
  for (const name of wanted) {
    if (name.includes("\ufffd"))
      throw new RepositoryError(
        "PATH_REFUSED",
        `the name ${shownName(`${path}/${name}`)} is not valid UTF-8; rename the file`,
      );
    await walk(root, `${path}/${name}`, found);
  }
}

async function namesIn(root: string, path: string): Promise<string[]> {
  try {
    return await readdir(join(root, path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new RepositoryError("FILE_UNREADABLE", `${shownName(path)} cannot be read (${code})`, { cause });
  }
}
