import { relative, sep } from "node:path";
import { letOthersPass, letOthersRead } from "../machine/admit.ts";

/**
 * Opens folders below a data folder to every user, and the way to them, and closes all else in it: each time anew,
 * as the server goes on writing there.
 */
export function wayThrough(dataDir: string): (folders: readonly string[]) => Promise<void> {
  const opened = new Set<string>();
  let closed: Promise<void> | undefined;
  return async (folders) => {
    closed ??= letOthersPass(dataDir).catch((error: unknown) => {
      closed = undefined;
      throw error;
    });
    await closed;
    // At once, so that of two that come together neither closes what the other has opened.
    for (const folder of folders) opened.add(relative(dataDir, folder).split(sep)[0] ?? "");
    await letOthersPass(dataDir, opened);
    for (const folder of folders) await letOthersRead(folder, dataDir);
  };
}
