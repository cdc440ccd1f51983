import { type Entry, getFileNameLowLevel } from "yauzl";

const utf8Flag = 0x800;
/** Info-ZIP's extra field that repeats the name as UTF-8. */
const unicodePath = 0x7075;

/**
 * An entry's name as text, with its backslashes. Names that are marked as UTF-8 are read so; unmarked
 * ones too when they are valid UTF-8, because macOS writes UTF-8 without the mark; else as CP437, which
 * is what the format says. Bytes that are not what their mark says become U+FFFD and are refused.
 */
export function entryFileName(entry: Entry): string {
  const raw = entry.fileNameRaw;
  const marked = (entry.generalPurposeBitFlag & utf8Flag) !== 0;
  const repeated = entry.extraFields.some(({ id }) => id === unicodePath);
  if (!marked && !repeated && isUtf8(raw)) return raw.toString("utf8");
  return getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, true);
}

const isUtf8 = (raw: Buffer): boolean => Buffer.from(raw.toString("utf8"), "utf8").equals(raw);
