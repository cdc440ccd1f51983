import type { FileHandle } from "node:fs/promises";
import type { LogLine } from "../../core/run/run.ts";
import { parseLine } from "./log-line.ts";

const newline = 0x0a;
const step = 64 * 1024;

/** Some whole lines of a log, read at once. */
export interface LogBlock {
  readonly count: number;
  /** Where the next block begins, in the file. */
  readonly next: number;
  /** They are made when they are asked for first, and the same for all who ask: leave them as they are. */
  lines(): readonly LogLine[];
}

/**
 * The block at an offset, of 64 KiB or one longer line; of no lines at the end, or where the last is not whole yet.
 *
 * @param before number of lines before it
 */
export async function readBlock(file: FileHandle, offset: number, before: number): Promise<LogBlock> {
  let bytes: Buffer = Buffer.alloc(0);
  let end = -1;
  for (let size = step; end < 0; size *= 2) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(size), 0, size, offset);
    bytes = buffer.subarray(0, bytesRead);
    end = bytes.lastIndexOf(newline);
    if (bytesRead < size) break;
  }
  return block(bytes.subarray(0, end + 1), offset, before);
}

function block(bytes: Buffer, offset: number, before: number): LogBlock {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  let made: readonly LogLine[] | undefined;
  let source: Buffer | undefined = bytes;
  return {
    count,
    next: offset + bytes.length,
    lines() {
      const texts = made === undefined ? (source?.toString("utf8").split("\n").slice(0, -1) ?? []) : [];
      source = undefined;
      made ??= texts.map((text, index) => parseLine(text, before + index + 1));
      return made;
    },
  };
}
