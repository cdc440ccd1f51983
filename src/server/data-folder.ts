import { chmod, mkdir, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { StartError } from "./start-error.ts";

/** Where things are in the data folder. */
export const dataPaths = (dataDir: string) => ({
  database: join(dataDir, "rota.db"),
  streams: join(dataDir, "streams.db"),
  blobs: join(dataDir, "blobs"),
  bundles: join(dataDir, "bundles"),
  runs: join(dataDir, "runs"),
  pid: join(dataDir, "server.pid"),
});

/**
 * Makes the data folder and what others must never read in it, whatever the umask; SQLite gives its
 * journals the mode of their database. @throws StartError when it cannot be made or used.
 */
export async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(resolve(dataDir));
    const info = await stat(dataDir);
    if ((info.mode & 0o077) !== 0) await chmod(dataDir, 0o700);
    const { database, streams, blobs, runs } = dataPaths(dataDir);
    for (const folder of [blobs, runs]) await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const file of [database, `${database}.lock`, streams]) await (await open(file, "a", 0o600)).close();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "EEXIST" || code === "ENOTDIR"
        ? "something that is no folder is in the way"
        : code === "EACCES" || code === "EPERM"
          ? "this user may not write there"
          : (error as Error).message;
    throw new StartError(`The data folder ${dataDir} cannot be made: ${why}. ROTA_DATA names another one.`);
  }
}

/**
 * As `mkdir` with `recursive`, which never comes back below a folder that refuses new ones with ENOENT, as /proc
 * does (seen with Node 26).
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(folder)).isDirectory()) return;
    const parentIsThere = await stat(dirname(folder)).then(
      () => true,
      () => false,
    );
    if (code !== "ENOENT" || parentIsThere) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

/** Writes down who owns the folder, for the sentence that a second server gets. */
export const writePid = (dataDir: string, pid: number): Promise<void> =>
  writeFile(dataPaths(dataDir).pid, `${pid}\n`, { mode: 0o600 });

export const removePid = (dataDir: string): Promise<void> => rm(dataPaths(dataDir).pid, { force: true });

/** For a folder that another server holds. The store's lock is what decides; this only tells who it is. */
export async function folderInUse(dataDir: string): Promise<StartError> {
  const pid = (await readFile(dataPaths(dataDir).pid, "utf8").catch(() => "")).trim();
  const who = /^\d+$/.test(pid) ? ` (process ${pid})` : "";
  return new StartError(
    `The data folder ${dataDir} is in use by another server${who}. Stop that one, or name another folder with ROTA_DATA.`,
  );
}
