import type { SimpleGit } from "simple-git";
import { shownName } from "../../core/bundle/shown-name.ts";
import { gitConfig, gitEnvironment, type Setting } from "./git-world.ts";
import { RepositoryError } from "./repository-error.ts";

/** Asks git one question in one folder; answers what it printed. */
export type Git = (...args: readonly string[]) => Promise<string>;

/**
 * The one way to ask git something. Arguments are ours, never a user's: what users give (revisions,
 * paths) is checked before it comes here and stands behind `--end-of-options` or `--`.
 * `settings` hold for these questions alone. Rejects with RepositoryError. A command that fails silently
 * (`--quiet`) answers "".
 */
export function openGit(folder: string, settings: readonly Setting[] = []): Git {
  let git: Promise<SimpleGit> | undefined;
  return async (...args) => {
    git ??= client(folder, settings);
    const made = await git;
    try {
      return await made.raw(["--literal-pathspecs", ...args]);
    } catch (cause) {
      throw explained(cause, folder);
    }
  };
}

/** Loaded when git is asked for the first time: a folder outside git never pays for it. */
async function client(folder: string, settings: readonly Setting[]): Promise<SimpleGit> {
  const { simpleGit } = await import("simple-git");
  const environment = gitEnvironment(process.env, settings);
  return simpleGit({
    baseDir: folder,
    config: [...gitConfig],
    maxConcurrentProcesses: 4,
    // simple-git refuses these settings from callers because they can name programs; ours name none.
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeAskPass: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeDiffExternal: true,
      allowUnsafeFilter: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeConfigEnvCount: true,
    },
    allowEnvironment: Object.keys(environment),
  }).env(environment);
}

/** What git said, as a sentence that says what to do. Matched texts are git's own under LC_ALL=C. */
function explained(cause: unknown, folder: string): RepositoryError {
  const text = cause instanceof Error ? cause.message.trim() : String(cause);
  if (/spawn git ENOENT|ENOENT.*git$/.test(text))
    return new RepositoryError(
      "GIT_MISSING",
      "git is not installed, or not on PATH: install it and try again",
      { cause },
    );
  const owner = /detected dubious ownership in repository at '(.*)'/.exec(text);
  if (owner !== null)
    return new RepositoryError(
      "UNSAFE_DIRECTORY",
      `git does not trust ${shownName(owner[1] ?? folder)} because another user owns it; if you do, run: git config --global --add safe.directory '${(owner[1] ?? folder).replaceAll("'", "'\\''")}'`,
      { cause },
    );
  const line = text.split("\n").find((candidate) => /^(fatal|error):/.test(candidate)) ?? text.split("\n")[0];
  return new RepositoryError("GIT_FAILED", `git could not read ${shownName(folder)}: ${plain(line ?? "")}`, {
    cause,
  });
}

const plain = (line: string): string => line.replace(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 300);
