import type { Entry, ZipFile } from "yauzl";
import { shownName } from "../../core/bundle/shown-name.ts";
import { zipError } from "./zip-error.ts";

/**
 * Lets entries pass whose local headers say the same name as the directory, and whose data neither
 * overlap nor begin behind anything but the archive's first byte. Overlap is how 42 kB become 5 GB
 * without nesting; bytes in front are how an archive hides in another format.
 */
export async function checkLayout(
  zip: ZipFile,
  entries: readonly { readonly entry: Entry; readonly name: string }[],
  directory: number,
): Promise<void> {
  const ranges: { start: number; end: number; name: string }[] = [];
  for (const { entry, name } of entries) {
    const header = await zip.readLocalFileHeaderPromise(entry).catch((cause: unknown) => {
      throw zipError("ZIP_UNREADABLE", `the record of ${shownName(name)} cannot be read`, cause);
    });
    if (!header.fileName.equals(entry.fileNameRaw))
      throw zipError("ZIP_DAMAGED", `${shownName(name)} has another name in front of its data`);
    const start = entry.relativeOffsetOfLocalHeader;
    ranges.push({ start, end: header.fileDataStart + entry.compressedSize, name });
  }
  ranges.sort((left, right) => left.start - right.start || left.end - right.end);
  let end = 0;
  for (const [index, range] of ranges.entries()) {
    if (index === 0 && range.start !== 0) throw zipError("ZIP_UNREADABLE", "there are bytes in front of it");
    if (range.start < end)
      throw zipError("ZIP_OVERLAP", `the data of ${shownName(range.name)} overlaps another file's`);
    end = range.end;
  }
  if (end > directory) throw zipError("ZIP_OVERLAP", "the data of a file overlaps the archive's directory");
  if (ranges.length === 0 && directory !== 0)
    throw zipError("ZIP_UNREADABLE", "there are bytes in front of it");
}
