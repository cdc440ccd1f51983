import type { Entry } from "yauzl";
import type { BundleMode } from "../../core/bundle/bundle-file.ts";
import type { BundleLimits } from "../../core/bundle/limits.ts";
import { shownName } from "../../core/bundle/shown-name.ts";
import { zipError } from "./zip-error.ts";

const typeMask = 0o170000;
const regular = 0o100000;
const folder = 0o040000;
/** Bit 0: encrypted; 6: strongly; 13: its headers are masked. */
const encrypted = 0x2041;
const stored = 0;
const deflated = 8;

/** What one entry is by its directory record, or a RegistryError saying why it is refused. Reads no data. */
export function checkEntry(entry: Entry, name: string, limits: BundleLimits): BundleMode | "folder" {
  const shown = shownName(name);
  if ((entry.generalPurposeBitFlag & encrypted) !== 0)
    throw zipError("ZIP_ENCRYPTED", `${shown} is encrypted; make the archive without a password`);
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated)
    throw zipError(
      "ZIP_UNSUPPORTED",
      `${shown} is compressed by method ${entry.compressionMethod}; only deflate is read`,
    );
  const isFolder = name.endsWith("/");
  const unix = entry.externalFileAttributes >>> 16;
  const type = unix & typeMask;
  if (type !== 0 && type !== (isFolder ? folder : regular))
    throw zipError("ZIP_NOT_A_FILE", `${shown} is a ${typeName(type)}; only files are taken`);
  if (isFolder) {
    if (entry.uncompressedSize !== 0) throw zipError("ZIP_DAMAGED", `the folder ${shown} has content`);
    return "folder";
  }
  checkSize(entry, shown, limits);
  return (unix & 0o100) === 0 ? "file" : "executable";
}

function checkSize(entry: Entry, shown: string, limits: BundleLimits): void {
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > limits.fileSize)
    throw zipError(
      "ZIP_TOO_LARGE",
      `${shown} would have ${uncompressedSize} bytes; at most ${limits.fileSize} are taken`,
    );
  if (uncompressedSize > limits.ratioFrom && uncompressedSize > compressedSize * limits.ratio)
    throw zipError("ZIP_TOO_LARGE", `${shown} would grow more than ${limits.ratio} times when unpacked`);
}

const typeNames = new Map([
  [0o120000, "symbolic link"],
  [folder, "folder"],
  [0o020000, "device"],
  [0o060000, "device"],
  [0o010000, "pipe"],
  [0o140000, "socket"],
]);
const typeName = (type: number): string => typeNames.get(type) ?? "special file";
