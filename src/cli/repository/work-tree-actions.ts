import type { Action } from "../../core/action/action.ts";
import type { Issue } from "../../core/action/issue.ts";
import type { Project } from "../../core/action/parse-project.ts";
import { renderIssues } from "../../core/action/render/render-issues.ts";
import { nearest } from "../../core/nearest.ts";
import { type ReadMember, validateFolder } from "../../sync/index.ts";
import { CliError, usageError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";

export interface WorkTree {
  readonly project: Project;
  readonly members: readonly ReadMember[];
  readonly issues: readonly Issue[];
}

/** An action without errors. */
export type ValidMember = ReadMember & { readonly action: Action };

/** Every action of the work tree, as `rota validate` reads it. */
export const readWorkTree = (io: Io, environment: string | undefined): Promise<WorkTree> =>
  validateFolder(io.cwd, { environment, env: io.env });

/** The action's name where it has one, else its folder's. */
export const memberName = ({ action, folder }: ReadMember): string => action?.name ?? folder.name;

/**
 * One action of the work tree, when it has no errors; those of others are not its business.
 *
 * @param undone what did not happen, for the sentence: "was not run"
 * @throws CliError: there is none of that name (exit 2), or it is not valid (exit 3, its problems printed)
 */
export function findMember(io: Io, { members, issues }: WorkTree, name: string, undone: string): ValidMember {
  const member = members.find((one) => memberName(one) === name);
  if (member === undefined)
    throw usageError(`There is no action "${name}" below actions/`, known(name, members.map(memberName)));
  const own = issues.filter(
    ({ file, severity }) => severity === "error" && file.startsWith(`${member.folder.folder}/`),
  );
  const { action } = member;
  if (own.length > 0 || action === undefined) {
    io.note(renderIssues(own, "text").trimEnd());
    throw new CliError(exitCode.invalid, `${name} is not valid, so it ${undone}`);
  }
  return { ...member, action };
}

function known(name: string, names: readonly string[]): string {
  if (names.length === 0) return "There is none at all: rota new NAME --type scheduled makes one.";
  const meant = nearest(name, names);
  return meant === undefined ? `There are: ${names.toSorted().join(", ")}` : `Did you mean ${meant}?`;
}
