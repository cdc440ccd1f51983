import type { FileHandle } from "node:fs/promises";
import type { LogLine } from "../../core/run/run.ts";
import { parseLine } from "./log-line.ts";

const newline = 0x0a;
const size = 64 * 1024;
/** A block is not made shorter than this for the sake of where it ends. */
const least = 16 * 1024;

/** Some whole lines of a log, read at once. */
export interface LogBlock {
  readonly count: number;
  /** Where the next block begins, in the file. */
  readonly next: number;
  /** They are made when they are asked for first, and the same for all who ask: leave them as they are. */
  lines(): readonly LogLine[];
}

/**
 * The block at an offset: some 64 KiB, or one longer line; of no lines at the end, or where the last is not
 * whole yet. Blocks end before a multiple of 64 KiB, so that readers who came apart where the file was still
 * short are soon at the same offset again.
 *
 * @param before number of lines before it
 */
export async function readBlock(file: FileHandle, offset: number, before: number): Promise<LogBlock> {
  let bytes: Buffer = Buffer.alloc(0);
  let end = -1;
  const until = Math.ceil((offset + least) / size) * size;
  for (let wanted = until - offset; end < 0; wanted *= 2) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, offset);
    bytes = buffer.subarray(0, bytesRead);
    end = bytes.lastIndexOf(newline);
    if (bytesRead < wanted) break;
  }
  const whole = bytes.subarray(0, end + 1);
  // Of a log that grows little is read at a time: the rest of the buffer is not kept for it.
  return block(whole.length < least ? Buffer.from(whole) : whole, offset, before);
}

function block(bytes: Buffer, offset: number, before: number): LogBlock {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  let source: Buffer | undefined = bytes;
  let made: readonly LogLine[] = [];
  return {
    count,
    next: offset + bytes.length,
    lines() {
      if (source === undefined) return made;
      const texts = source.toString("utf8").split("\n").slice(0, -1);
      source = undefined;
      made = texts.map((text, index) => parseLine(text, before + index + 1));
      return made;
    },
  };
}
