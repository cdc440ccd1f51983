import { chmod, lchown, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Takes what an installer made out of the hands of the user that made it: the server owns it from now on, others
 * may read it and nobody else write, and nothing but files, folders and links stays. Answers its size on disk, bytes.
 */
export async function seal(path: string): Promise<number> {
  const found = await lstat(path);
  if (!found.isDirectory() && !found.isFile() && !found.isSymbolicLink()) {
    await rm(path, { force: true });
    return 0;
  }
  const [user, group] = [process.getuid?.() ?? found.uid, process.getgid?.() ?? found.gid];
  if (found.uid !== user || found.gid !== group) await lchown(path, user, group);
  if (found.isSymbolicLink()) return 0;
  const mode = found.isDirectory() || found.mode & 0o100 ? 0o755 : 0o644;
  if ((found.mode & 0o7777) !== mode || found.uid !== user) await chmod(path, mode);
  let size = found.blocks * 512;
  if (found.isDirectory()) for (const name of await readdir(path)) size += await seal(join(path, name));
  return size;
}
