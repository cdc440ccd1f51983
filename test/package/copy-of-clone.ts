import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Copies what git would have of this work tree (the commit and what is not committed yet, nothing that is
 * ignored) into `folder`, as a fresh clone would look. `modules`: with a link to the installed packages.
 */
export function copyOfClone(folder: string, options: { modules: boolean }): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  for (const file of listed.split("\0").filter((name) => name !== "")) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    try {
      cpSync(file, join(folder, file));
    } catch (error) {
      // Deleted in the work tree, and not committed yet.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  if (options.modules) symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
}
