import type { Issue } from "../../core/action/issue.ts";
import { manifestName } from "../../core/bundle/bundle-file.ts";
import { entryNameProblems } from "../../core/bundle/entry-name.ts";
import { bundleLimits } from "../../core/bundle/limits.ts";
import { shownName } from "../../core/bundle/shown-name.ts";
import type { SourceFile, SourceMode } from "../source-tree.ts";
import { ignoreRules } from "./ignored.ts";

/** A file of an action's folder that is part of its code. */
export interface KeptFile extends SourceFile {
  readonly mode: "file" | "executable";
  /** Relative to the action's folder. */
  readonly name: string;
}

const refusals: Record<Exclude<SourceMode, "file" | "executable">, readonly [code: string, what: string]> = {
  symlink: ["FILE_SYMLINK", "is a symbolic link; copy the file into the action's folder"],
  submodule: ["FILE_SUBMODULE", "is a git submodule; copy its files into the action's folder"],
  other: ["FILE_SPECIAL", "is no regular file (a device, socket or pipe); remove it"],
};

/**
 * Which files of an action's folder (`actions/name`, without a slash at the end) are its code, and
 * what is wrong with them, from the listing alone: nothing is read. Ignored files are not looked at.
 */
export function checkFolder(
  folder: string,
  files: readonly SourceFile[],
  rotaignore: string | undefined,
): { readonly kept: readonly KeptFile[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const kept: KeptFile[] = [];
  const ignored = ignoreRules(rotaignore);
  for (const file of files) {
    const name = file.path.slice(folder.length + 1);
    if (file.path !== folder && (name === manifestName || isIgnored(name, ignored))) continue;
    if (file.mode === "file" || file.mode === "executable") kept.push({ ...file, mode: file.mode, name });
    else {
      const [code, what] = refusals[file.mode];
      issues.push(folderIssue(code, file.path, `${shownName(file.path)} ${what}`));
    }
  }
  for (const problem of entryNameProblems(kept.map(({ name }) => name)))
    issues.push(folderIssue(problem.code, `${folder}/${problem.path}`, `file name ${problem.message}`));
  return { kept, issues: [...issues, ...sizeIssues(folder, kept)] };
}

/** The library throws for a path that leads out of its folder; such a path is refused by name instead. */
function isIgnored(name: string, ignored: (path: string) => boolean): boolean {
  return entryNameProblems([name]).length === 0 && ignored(name);
}

function sizeIssues(folder: string, kept: readonly KeptFile[]): Issue[] {
  const issues: Issue[] = [];
  const { entries, totalSize, fileSize } = bundleLimits;
  if (kept.length > entries)
    issues.push(tooLarge(folder, `the folder has ${kept.length} files; at most ${entries} are allowed`));
  for (const file of kept)
    if (file.size > fileSize)
      issues.push(
        tooLarge(
          file.path,
          `${shownName(file.name)} has ${mebibytes(file.size)}; at most ${mebibytes(fileSize)} are allowed`,
        ),
      );
  const total = kept.reduce((sum, { size }) => sum + size, 0);
  if (total > totalSize)
    issues.push(
      tooLarge(folder, `the folder has ${mebibytes(total)}; at most ${mebibytes(totalSize)} are allowed`),
    );
  return issues;
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;

const tooLarge = (file: string, message: string): Issue => ({
  ...folderIssue("BUNDLE_TOO_LARGE", file, message),
  hint: "leave what the action does not need out of it with a .rotaignore",
});

/** An error about a file as a whole: line and column are 1. */
export const folderIssue = (code: string, file: string, message: string): Issue => ({
  code,
  severity: "error",
  message,
  file,
  line: 1,
  column: 1,
  source: undefined,
  hint: undefined,
});
