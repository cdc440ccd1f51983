import { shownName } from "../../core/bundle/shown-name.ts";
import type { Git } from "./git.ts";
import { RepositoryError } from "./repository-error.ts";

/** The commit that a revision names; undefined when it names none. */
export async function commitOf(git: Git, revision: string): Promise<string | undefined> {
  const printed = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
  return /^[0-9a-f]{40,64}$/.exec(printed.trim())?.[0];
}

/**
 * A revision given by a user: a name or an id, never an option, a range or a path inside a commit.
 * Rejecting by alphabet is deliberate: `commit_sha` handed on as an option was CVE-2026-5366.
 */
export function checkedRevision(revision: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_./@~^{}+-]{0,254}$/.test(revision) && !revision.includes(".."))
    return revision;
  throw new RepositoryError(
    "REVISION_ILLEGAL",
    `${shownName(revision)} is no revision that Rota accepts: give a commit, a branch or a tag`,
  );
}

export const unknownRevision = (revision: string, shallow: boolean): RepositoryError =>
  new RepositoryError(
    "REVISION_UNKNOWN",
    `this clone has no commit ${shownName(revision)}${shallow ? "; it is shallow: run git fetch --unshallow" : ""}`,
  );

export const unbornHead = (): RepositoryError =>
  new RepositoryError(
    "NO_COMMIT",
    "this git repository has no commit yet, and what is applied is read from the last commit: commit first (git add, git commit), or add --worktree",
  );
