import { randomUUID } from "node:crypto";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256 } from "../../core/json.ts";
import type { BlobStore } from "../../registry/ports.ts";
import { syncFolder, writeDurably } from "./write-durably.ts";

/**
 * Blobs as files in `folder`, named by the sha256 of their bytes: `ab/abcd…`. A file appears whole and
 * on disk or not at all, so that a row that names it never names nothing.
 */
export function fileBlobs(folder: string): BlobStore {
  const pathOf = (digest: string): string => {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new RangeError("a blob is named by a sha256 in lower-case hex");
    return join(folder, digest.slice(0, 2), digest);
  };
  return {
    async put(digest, bytes) {
      const path = pathOf(digest);
      if (sha256(bytes) !== digest) throw new RangeError("the bytes of a blob are not what its digest says");
      if (await exists(path)) return;
      const parent = dirname(path);
      await mkdir(parent, { recursive: true });
      const temporary = `${path}.${randomUUID()}.tmp`;
      try {
        await writeDurably(temporary, bytes, 0o400);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(parent);
      await syncFolder(folder);
    },
    async get(digest) {
      try {
        return await readFile(pathOf(digest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
