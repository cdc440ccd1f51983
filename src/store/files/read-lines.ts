import { type FileHandle, open } from "node:fs/promises";

const newline = 0x0a;
const step = 64 * 1024;

/**
 * The whole lines of a file without their newlines; a file that is not there has none. At the end `more` is
 * awaited: true: go on from there, where something may have been added. Each byte is read once.
 */
export async function* readLines(path: string, more?: () => Promise<boolean>): AsyncIterable<string> {
  let file: FileHandle | undefined;
  let position = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    do {
      file ??= await openIfThere(path);
      if (file === undefined) continue;
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(step), 0, step, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        const seen = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        let start = 0;
        for (let end = seen.indexOf(newline); end >= 0; end = seen.indexOf(newline, start)) {
          yield seen.toString("utf8", start, end);
          start = end + 1;
        }
        rest = seen.subarray(start);
      }
    } while (await more?.());
  } finally {
    await file?.close();
  }
}

const openIfThere = (path: string): Promise<FileHandle | undefined> =>
  open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
