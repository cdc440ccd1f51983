import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Content of a file, or what else lies there. */
export type Entry = string | Uint8Array | { readonly executable: string } | { readonly link: string };

/** A temporary folder with these files, removed when the test ends. */
export function testFolder(files: Readonly<Record<string, Entry>>): string {
  const folder = mkdtempSync(join(tmpdir(), "rota-repository-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, Entry>>): void {
  for (const [path, entry] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof entry === "string" || entry instanceof Uint8Array) writeFileSync(file, entry);
    else if ("link" in entry) symlinkSync(entry.link, file);
    else {
      writeFileSync(file, entry.executable);
      chmodSync(file, 0o755);
    }
  }
}

/** Runs git as a user would, with settings of its own and none of the machine's. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
    },
  });
}

/** A git repository with these files committed. */
export function testRepository(files: Readonly<Record<string, Entry>>): string {
  const folder = testFolder(files);
  git(folder, "init", "-q", "-b", "main");
  commitAll(folder);
  return folder;
}

export function commitAll(folder: string): string {
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "--allow-empty", "-m", "change");
  return git(folder, "rev-parse", "HEAD").trim();
}
