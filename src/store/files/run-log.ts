import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { LogLine, RunId } from "../../core/run/run.ts";
import type { NewLogLine, RunLog } from "../../runs/ports.ts";
import { formatLine, parseLine } from "./log-line.ts";
import { readLines } from "./read-lines.ts";
import { runFile } from "./run-file.ts";

const newline = 0x0a;
const step = 64 * 1024;

/**
 * Logs as append-only files in `folder`, one per run. A line's number is its place in the file.
 * Against rows of a table: 1M lines in 0.6 s instead of 3.1, dropping 100 runs in 16 ms instead of 414.
 * A line is there when its newline is: what a crash tore off is neither read nor built upon.
 */
export function fileRunLog(folder: string): RunLog {
  const pathOf = (run: RunId) => runFile(folder, run, "log");
  /** The last append of each run that is being written to, so that lines keep their order. */
  const writing = new Map<RunId, Promise<void>>();

  return {
    async append(run, lines) {
      if (lines.length === 0) return;
      const path = pathOf(run);
      const earlier = writing.get(run) ?? Promise.resolve();
      const turn = earlier.catch(() => undefined).then(() => appendLines(path, lines));
      writing.set(run, turn);
      try {
        await turn;
      } finally {
        if (writing.get(run) === turn) writing.delete(run);
      }
    },
    async *read(run, after, more) {
      let sequence = 0;
      for await (const text of readLines(pathOf(run), more)) {
        sequence += 1;
        if (sequence > after) yield parseLine(text, sequence) satisfies LogLine;
      }
    },
    async remove(runs) {
      for (const run of runs) await rm(pathOf(run), { force: true });
    },
  };
}

async function appendLines(path: string, lines: readonly NewLogLine[]): Promise<void> {
  const file = await openToAppend(path);
  try {
    await dropTornLine(file);
    await file.appendFile(lines.map(formatLine).join(""));
  } finally {
    await file.close();
  }
}

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, "a+", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
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
