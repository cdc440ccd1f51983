import { shownName } from "./shown-name.ts";

export interface NameProblem {
  readonly code: "NAME_ILLEGAL" | "NAME_DUPLICATE" | "NAME_COLLISION" | "NAME_FILE_AND_FOLDER";
  readonly path: string;
  /** A sentence without its final dot; the name in it is escaped. */
  readonly message: string;
}

/** ext4, APFS and NTFS hold 255 bytes (or units) in one name. */
const longestName = 255;
/** Far below PATH_MAX (4096), so that a data folder of any sensible depth leaves room. */
const longestPath = 1024;

/** Characters that make a listing show something else than what is there. */
const deceiving = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const control = /\p{Cc}/u;

/** Why one path may not be part of a bundle; undefined when it may. Rules of one name, in the order they are tried. */
function illegal(path: string): string | undefined {
  if (path === "") return "is empty";
  if (!path.isWellFormed()) return "is not valid Unicode";
  if (path.includes("\0")) return "contains a NUL character";
  if (control.test(path)) return "contains a control character";
  if (deceiving.test(path)) return "contains an invisible or direction-changing character";
  if (path.includes("\ufffd")) return "is not valid UTF-8";
  if (path.includes("\\")) return "contains a backslash; folders are separated by /";
  if (path.startsWith("/")) return "is absolute";
  // Not only drives: common zip writers cut any such beginning off, and the file would change its name.
  if (/^\w+:/.test(path)) return "starts with a drive letter or a scheme";
  const segments = path.split("/");
  if (segments.includes("..")) return "leads out of the folder";
  if (segments.includes(".") || segments.includes("")) return "has an empty or . segment";
  if (Buffer.byteLength(path) > longestPath) return `is longer than ${longestPath} bytes`;
  if (segments.some((segment) => Buffer.byteLength(segment) > longestName))
    return `has a part longer than ${longestName} bytes`;
  return undefined;
}

/** What a file system that ignores case and Unicode composition (APFS, NTFS) keeps of a name. */
const folded = (path: string): string => path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");

/**
 * The problems of all paths of one bundle, in the order of the paths: names that are illegal by
 * themselves, names that appear twice, names that differ only in case or composition (of files and of
 * folders on the way to them), and files that are also folders. Zip and unzip both ask here, so what
 * was packed can be unpacked. Windows device names (`aux.py`) are legal: no server runs there.
 */
export function entryNameProblems(paths: readonly string[]): readonly NameProblem[] {
  const problems: NameProblem[] = [];
  const seen = new Map<string, { readonly path: string; readonly kind: "file" | "folder" }>();
  const add = (code: NameProblem["code"], path: string, what: string) => {
    problems.push({ code, path, message: `${shownName(path)} ${what}` });
  };
  const claim = (path: string, kind: "file" | "folder", whole: string): boolean => {
    const key = folded(path);
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, { path, kind });
    else if (earlier.path === path && earlier.kind === "folder" && kind === "folder") return true;
    else if (earlier.path === path && earlier.kind === kind) add("NAME_DUPLICATE", whole, "appears twice");
    else if (earlier.kind !== kind)
      add("NAME_FILE_AND_FOLDER", whole, `needs ${shownName(path)} to be a file and a folder`);
    else add("NAME_COLLISION", whole, `differs from ${shownName(earlier.path)} only in case or composition`);
    return earlier === undefined;
  };
  for (const path of paths) {
    const reason = illegal(path);
    if (reason !== undefined) {
      add("NAME_ILLEGAL", path, reason);
      continue;
    }
    let fits = true;
    for (let at = path.indexOf("/"); at > 0 && fits; at = path.indexOf("/", at + 1))
      fits = claim(path.slice(0, at), "folder", path);
    if (fits) claim(path, "file", path);
  }
  return problems;
}
