import { writeFile } from "node:fs/promises";
import { removeTree } from "../sandbox/remove-tree.ts";

/**
 * Writes a file that everybody may read into a folder that an installer could fill as it liked: what stands there is
 * removed, and no link is followed. Nothing of the installer may be running any more.
 */
export async function writeAnew(file: string, text: string | Uint8Array): Promise<void> {
  await removeTree(file);
  await writeFile(file, text, { mode: 0o644, flag: "wx" });
}
