import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { RunBlobs } from "../../runs/ports/run-files.ts";
import { runFile } from "./run-file.ts";
import { syncFolder } from "./write-durably.ts";

/** Input and result of runs as files in `folder`; each appears whole or not at all. */
export function fileRunBlobs(folder: string): RunBlobs {
  return {
    async put(run, what, bytes) {
      const path = runFile(folder, run, what);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomUUID()}.tmp`;
      const file = await open(temporary, "wx", 0o600);
      let size = 0;
      try {
        for await (const piece of bytes) {
          await file.appendFile(piece);
          size += piece.length;
        }
        await file.sync();
        await file.close();
        await rename(temporary, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await file.close().catch(() => undefined);
        await rm(temporary, { force: true });
        throw error;
      }
      return size;
    },
    async get(run, what) {
      const path = runFile(folder, run, what);
      return (await exists(path)) ? read(path) : undefined;
    },
    async remove(runs) {
      for (const run of runs) {
        for (const what of ["input", "result"] as const)
          await rm(runFile(folder, run, what), { force: true });
      }
    },
  };
}

/** Opens the file when the first byte is wanted, and perhaps none is: nobody has to close anything. */
async function* read(path: string): AsyncIterable<Uint8Array> {
  yield* createReadStream(path);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
