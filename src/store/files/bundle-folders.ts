import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BundleFolders } from "../../registry/ports.ts";
import { syncFolder, writeDurably } from "./write-durably.ts";

const modes = { file: 0o444, executable: 0o555 } as const;

/**
 * Unpacked code in `folder`, one folder per code digest. It is written beside its place and renamed
 * into it, so a folder of that name is always whole; files are read-only, because every run of every
 * version with this code shares them. Names were checked by whoever unpacked them.
 */
export function bundleFolders(folder: string): BundleFolders {
  const path = (code: string): string => {
    if (!/^[0-9a-f]{64}$/.test(code)) throw new RangeError("a bundle is named by its code digest");
    return join(folder, code);
  };
  return {
    path,
    has: (code, file) =>
      stat(join(path(code), file)).then(
        (found) => found.isFile(),
        () => false,
      ),
    async put(code, files) {
      const place = path(code);
      if (await isFolder(place)) return place;
      const temporary = join(folder, `.${randomUUID()}.tmp`);
      try {
        await mkdir(temporary, { recursive: true, mode: 0o755 });
        const parents = new Set(files.map((file) => dirname(join(temporary, file.path))));
        for (const parent of parents) await mkdir(parent, { recursive: true, mode: 0o755 });
        for (const file of files)
          await writeDurably(join(temporary, file.path), file.bytes, modes[file.mode]);
        for (const parent of [...parents, temporary]) await syncFolder(parent);
        await rename(temporary, place);
      } catch (error) {
        await rm(temporary, { recursive: true, force: true });
        // another upload of the same code was quicker
        if (!(await isFolder(place))) throw error;
      }
      await syncFolder(folder);
      return place;
    },
  };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
