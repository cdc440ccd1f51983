import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";

/** OpenSSH's client: the first `ssh` of this PATH, absolute. undefined: there is none. */
export async function findClient(path: string): Promise<string | undefined> {
  for (const folder of path.split(":").filter(isAbsolute)) {
    const file = join(folder, "ssh");
    try {
      await access(file, constants.X_OK);
      if ((await stat(file)).isFile()) return await realpath(file);
    } catch {
      // the next
    }
  }
  return undefined;
}

export const noClient =
  "There is no ssh on this server's PATH: install OpenSSH's client (Debian, Ubuntu: openssh-client; Fedora: openssh-clients; Alpine: openssh-client-default), then start the server again.";
