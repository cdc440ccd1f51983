import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The root of the repository of actions that `directory` lies in: the nearest folder upward that has a
 * rota.yaml or an actions folder, not searching above the root of a git work tree; else `directory`.
 */
export function findRoot(directory: string): string {
  for (let folder = directory; ; folder = dirname(folder)) {
    if (isRepository(folder)) return folder;
    if (existsSync(join(folder, ".git")) || dirname(folder) === folder) return directory;
  }
}

/** Whether a folder has anything that an action or its server could be read from. */
export const isRepository = (folder: string): boolean =>
  existsSync(join(folder, "rota.yaml")) || existsSync(join(folder, "actions"));
