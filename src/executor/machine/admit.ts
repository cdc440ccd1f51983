import { chmod, lstat, readdir } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/*
 * Where the server is root, an execution has a user of its own. What it needs must then be readable for others, and
 * where no file system view hides the rest (level basic), the rest must not be.
 */

/** Lets every user read `folder` and all in it; and pass through the folders above it, up to and without `below`. */
export async function letOthersRead(folder: string, below: string | undefined): Promise<void> {
  await open(folder);
  if (below === undefined || !folder.startsWith(below + sep)) return;
  for (let above = dirname(folder); above.length > below.length; above = dirname(above))
    await add(above, 0o001);
}

async function open(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  if (!found.isDirectory()) return add(path, found.mode & 0o100 ? 0o055 : 0o044);
  await add(path, 0o055);
  for (const name of await readdir(path)) await open(join(path, name));
}

async function add(path: string, bits: number): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & bits) !== bits) await chmod(path, (mode & 0o7777) | bits);
}

/**
 * Lets every user pass through the data folder, after closing all that lies in it. What the server makes there later
 * must be closed by its umask. Names in `opened` are left as they are: others may be reading there now.
 */
export async function letOthersPass(dataDir: string, opened: ReadonlySet<string> = new Set()): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const path = join(dataDir, name);
    const { mode } = await lstat(path).catch(() => ({ mode: 0o120000 })); // removed meanwhile
    if ((mode & 0o170000) === 0o120000 || name === "executions" || name === "environments") continue;
    if (opened.has(name)) continue;
    if (mode & 0o077) await chmod(path, mode & 0o7700);
  }
  await add(dataDir, 0o001);
}
