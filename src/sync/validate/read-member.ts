import type { Action, ActionType, RunbookAction } from "../../core/action/action.ts";
import type { Issue } from "../../core/action/issue.ts";
import { parseAction } from "../../core/action/parse-action.ts";
import type { Overlay } from "../../core/action/parse-overlay.ts";
import type { Problem } from "../../core/action/problem.ts";
import { readYaml } from "../../core/action/source/read-yaml.ts";
import type { BundleFile } from "../../core/bundle/bundle-file.ts";
import { manifestName } from "../../core/bundle/bundle-file.ts";
import type { Instant } from "../../core/time.ts";
import { readFolder } from "../bundle/read-folder.ts";
import type { ActionFolder } from "../repository/load-folders.ts";
import type { SourceTree } from "../source-tree.ts";
import type { EntryPoint } from "./check-entry-points.ts";
import { checkParameters } from "./check-parameters.ts";
import { findSecrets } from "./find-secrets.ts";

/** One action folder as it was read. Without errors among the issues there is an action. */
export interface ReadMember {
  readonly folder: ActionFolder;
  /** Path of the manifest. */
  readonly file: string;
  readonly action: Action | undefined;
  /** The type that is written, also where the rest is not valid. */
  readonly type: ActionType | undefined;
  /** Raw text of the manifest. */
  readonly manifest: string;
  readonly files: readonly BundleFile[];
  readonly issues: readonly Issue[];
}

/** Reads manifest and code of one action, and everything that one action shows by itself but its entry point. */
export async function readMember(
  tree: SourceTree,
  folder: ActionFolder,
  overlay: Overlay | undefined,
  now: Instant | undefined,
): Promise<ReadMember> {
  const file = `${folder.folder}/${manifestName}`;
  const listed = await folder.files();
  const { files, issues: folderIssues } = await readFolder(tree, folder.folder, listed);
  const manifest = listed.find(({ path }) => path === file);
  if (manifest === undefined || (manifest.mode !== "file" && manifest.mode !== "executable")) {
    const issues = manifest === undefined ? [noManifest(folder, file), ...folderIssues] : folderIssues;
    return { folder, file, action: undefined, type: undefined, manifest: "", files, issues };
  }
  const { action, type, issues, text, locator } = parseAction({
    bytes: await tree.read(file),
    file,
    name: folder.name,
    ...(overlay && { overlay: overlay.lay }),
    ...(now !== undefined && { now }),
  });
  const secrets = action === undefined ? [] : await findSecrets(action);
  const values = action === undefined ? [] : await checkParameters(action);
  const named = new Set(
    issues.filter(({ code }) => code === "PLAIN_SECRET").map(({ message }) => message.split(" ")[0]),
  );
  const found = [...secrets.filter(({ path }) => !named.has(String(path.at(-1)))), ...values].flatMap(
    (problem) => locator?.issue(problem) ?? [],
  );
  const all = [...issues, ...found, ...folderIssues];
  const failed = all.some(({ severity }) => severity === "error");
  return {
    folder,
    file,
    action: failed ? undefined : action,
    type,
    manifest: text ?? "",
    files,
    issues: all,
  };
}

/** Problems of a manifest that was read before, at their places in it: the file is read again, as there are few. */
export async function locate(
  tree: SourceTree,
  file: string,
  problems: readonly Problem[],
): Promise<readonly Issue[]> {
  if (problems.length === 0) return [];
  const { locator } = readYaml(await tree.read(file), file);
  return locator === undefined ? [] : problems.map((problem) => locator.issue(problem));
}

/** The Python files of an action whose `main` is called, to be looked into. */
export function entryPoints({ folder, type, action, files }: ReadMember): EntryPoint[] {
  const wanted = action?.type === "runbook" ? scriptsOf(action) : ["main.py"];
  const kind = type === "runbook" ? "step" : type;
  if (kind === undefined) return [];
  return files
    .filter(({ path }) => wanted.includes(path))
    .map(({ path, bytes }) => ({ file: `${folder.folder}/${path}`, type: kind, bytes }));
}

const scriptsOf = ({ steps }: RunbookAction): readonly string[] =>
  steps.flatMap(({ program }) => (program.kind === "python" ? [program.file] : []));

const noManifest = (folder: ActionFolder, file: string): Issue => ({
  code: "MANIFEST_MISSING",
  severity: "error",
  message: `${folder.folder} has no ${manifestName}`,
  file,
  line: 1,
  column: 1,
  source: undefined,
  hint: `rota new NAME makes one; a folder that is no action does not belong below actions/`,
});
