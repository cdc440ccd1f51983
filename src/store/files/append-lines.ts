import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./write-durably.ts";

const newline = 0x0a;
const step = 64 * 1024;

/** Adds whole lines to a file, which it makes with its folder where it is not there. */
export async function appendLines(path: string, lines: string): Promise<void> {
  const file = await openToAppend(path);
  try {
    await dropTornLine(file);
    await file.appendFile(lines);
  } finally {
    await file.close();
  }
}

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, "a+", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await syncFolder(dirname(folder));
    return open(path, "a+", 0o600);
  }
}

/** Cuts off what follows the last newline. */
async function dropTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const [last] = size === 0 ? [newline] : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer;
  if (last === newline) return;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - step);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const found = buffer.lastIndexOf(newline);
    if (found >= 0) return file.truncate(start + found + 1);
    end = start;
  }
  await file.truncate(0);
}
