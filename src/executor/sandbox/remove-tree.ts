import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Removes a folder that a program could fill as it liked. What Node cannot remove (folders without write permission,
 * paths longer than the system takes at once) is left to `chmod` and `rm`. Never rejects: what stays is removed
 * when the next keeper starts.
 */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    const run = promisify(execFile);
    await run("chmod", ["-R", "u+rwx", "--", folder]).catch(() => undefined);
    await run("rm", ["-rf", "--", folder]).catch(() => undefined);
  }
}
