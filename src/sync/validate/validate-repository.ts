import type { Issue } from "../../core/action/issue.ts";
import type { Overlay } from "../../core/action/parse-overlay.ts";
import { noProject, type Project, parseProject } from "../../core/action/parse-project.ts";
import { sortIssues } from "../../core/action/render/render-issues.ts";
import {
  type Member,
  type RepositoryProblem,
  repositoryProblems,
} from "../../core/action/repository-rules.ts";
import { undeclaredAccounts } from "../../core/action/undeclared-accounts.ts";
import type { Instant } from "../../core/time.ts";
import { type ActionFolder, loadFolders } from "../repository/load-folders.ts";
import type { SourceTree } from "../source-tree.ts";
import { type EntryPointCheck, startEntryPointCheck } from "./check-entry-points.ts";
import { overlayIssues, readOverlay, strangers } from "./check-overlays.ts";
import { findPython } from "./find-python.ts";
import { entryPoints, locate, type ReadMember, readMember } from "./read-member.ts";

const projectFile = "rota.yaml";
/** Folders that are read at once; more would only hold more files in memory. */
const atOnce = 16;

export interface Validated<Known extends Member = never> {
  /** What rota.yaml means; its defaults where there is none or it cannot be read. */
  readonly project: Project;
  /** Actions without errors, in the order of their folders. */
  readonly members: readonly (ReadMember | Known)[];
  /** All problems of all files, by file and place. An error anywhere means: nothing may be made of this. */
  readonly issues: readonly Issue[];
}

export interface ValidateOptions<Known extends Member> {
  /** The environment of rota.yaml whose overlay is laid over the actions; undefined: none. */
  readonly environment: string | undefined;
  /** Nobody looks at a server after this: tell what only one could know, and the overlays of all environments. */
  readonly offline?: boolean;
  /** Warns of times that have passed; undefined: no clock. */
  readonly now?: Instant;
  /** A Python that was started before; undefined: one is started when there is something to ask. */
  readonly python?: EntryPointCheck;
  /** Environment variables, to find Python. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Valid actions that are known already, by folder and overlay; undefined: read it. */
  readonly recall?: (folder: ActionFolder, overlay: Overlay | undefined) => Known | undefined;
}

/**
 * Everything that can be said of a repository without a server: rota.yaml, the overlay, each action's manifest and
 * code, and what must hold between them. No problem hides another file's; nothing of a user's is executed.
 */
export async function validateRepository<Known extends Member = never>(
  tree: SourceTree,
  options: ValidateOptions<Known>,
): Promise<Validated<Known>> {
  const { project: readable, issues: projectIssues } = await readProject(tree);
  const project = readable ?? noProject;
  const { overlay, issues: ownIssues } = await readOverlay(tree, project, options.environment);
  const folders = await loadFolders(tree);
  const members: (ReadMember | Known)[] = [];
  const unknown: [at: number, folder: ActionFolder][] = [];
  for (const [at, folder] of folders.entries()) {
    const known = options.recall?.(folder, overlay);
    if (known === undefined) unknown.push([at, folder]);
    else members[at] = known;
  }
  for (let at = 0; at < unknown.length; at += atOnce)
    await Promise.all(
      unknown.slice(at, at + atOnce).map(async ([place, folder]) => {
        members[place] = await readMember(tree, folder, overlay, options.now);
      }),
    );
  const read = members.filter((member) => "issues" in member);
  const entries = read.flatMap(entryPoints);
  const python =
    options.python ?? startEntryPointCheck(entries.length > 0 ? findPython(options.env) : undefined);
  const asking = python.check(entries);
  const whole = members.filter((member) => member.action !== undefined).map(asMember);
  const names = new Set(members.map((member) => member.action?.name ?? folderName(member)));
  const between = await locateAll(tree, [
    ...repositoryProblems({ members: whole, names, project: readable }),
    ...(options.offline && readable !== undefined ? undeclaredAccounts(sound(read), readable) : []),
  ]);
  const issues = [
    ...projectIssues,
    ...ownIssues,
    ...strangers(overlay, names),
    ...(options.offline ? await overlayIssues(tree, project, read) : []),
    ...read.flatMap((member) => member.issues),
    ...between,
    ...(await asking),
  ];
  return { project, members, issues: sortIssues(issues) };
}

const sound = (members: readonly ReadMember[]) =>
  members.flatMap(({ file, action }) => (action === undefined ? [] : [{ file, action }]));

const folderName = (member: ReadMember | Member): string =>
  "folder" in member ? member.folder.name : member.action.name;

const asMember = (member: ReadMember | Member): Member =>
  "paths" in member
    ? member
    : { file: member.file, action: member.action!, paths: member.files.map(({ path }) => path) };

async function readProject(tree: SourceTree) {
  const [file] = await tree.list(projectFile);
  if (file === undefined) return { project: noProject, issues: [] };
  return parseProject(await tree.read(projectFile), projectFile);
}

async function locateAll(
  tree: SourceTree,
  problems: readonly RepositoryProblem[],
): Promise<readonly Issue[]> {
  const byFile = Map.groupBy(problems, ({ file }) => file);
  return (await Promise.all([...byFile].map(([file, found]) => locate(tree, file, found)))).flat();
}
