import { zipError } from "./zip-error.ts";

/** Length of an end-of-central-directory record without its comment (APPNOTE 4.3.16). */
const endLength = 22;
const endMark = Buffer.from([0x50, 0x4b, 5, 6]);

/** What the end of an archive says of the whole. */
export interface ArchiveFrame {
  readonly entries: number;
  /** Where the central directory begins: file data ends before it. */
  readonly directory: number;
  /** Length of the central directory: all of it belongs to the counted entries. */
  readonly size: number;
}

/**
 * Reads the end record and lets an archive pass only if it is the whole of the bytes: nothing before
 * it, nothing between its central directory and its end, one disk, no zip64. Two readers that look for
 * an archive in such bytes find the same one.
 */
export function checkFrame(bytes: Buffer): ArchiveFrame {
  const at = bytes.lastIndexOf(endMark);
  if (at < 0 || at + endLength > bytes.length)
    throw zipError("ZIP_UNREADABLE", "it is no zip archive, or it is cut off");
  if (at + endLength + bytes.readUInt16LE(at + 20) !== bytes.length)
    throw zipError("ZIP_UNREADABLE", "there are bytes behind its end");
  const entries = bytes.readUInt16LE(at + 10);
  const size = bytes.readUInt32LE(at + 12);
  const directory = bytes.readUInt32LE(at + 16);
  if (
    bytes.readUInt16LE(at + 4) !== 0 ||
    bytes.readUInt16LE(at + 6) !== 0 ||
    bytes.readUInt16LE(at + 8) !== entries
  )
    throw zipError("ZIP_UNSUPPORTED", "it is split over several files");
  if (entries === 0xffff || size === 0xffff_ffff || directory === 0xffff_ffff)
    throw zipError("ZIP_UNSUPPORTED", "it is in the zip64 form, which a bundle never needs");
  if (directory + size !== at)
    throw zipError(
      "ZIP_UNREADABLE",
      "its directory does not end where the archive does (bytes before or inside it?)",
    );
  return { entries, directory, size };
}
