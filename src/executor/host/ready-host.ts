import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Task } from "../../runs/ports/executor.ts";
import type { Interpreter } from "../machine/interpreter.ts";
import { onHost, type Surroundings } from "../sandbox/surroundings.ts";
import { admitToHost, type HostPolicy } from "./admit-to-host.ts";
import type { HostUser } from "./find-user.ts";

/** The machine itself, as far as tasks may act on it. */
export interface HostPlace {
  readonly dataDir: string;
  readonly policy: HostPolicy;
  readonly letThrough: (folders: readonly string[]) => Promise<void>;
}

/**
 * Makes the machine ready for a task at place `host`: the user may come at the bundle and at the execution's own
 * folder, and at nothing else of the data folder.
 */
export async function readyHost(
  parts: HostPlace & { readonly python: Interpreter },
  task: Task,
  name: string | undefined,
  folders: readonly string[],
): Promise<Surroundings | { readonly refused: string }> {
  const { dataDir, policy, python, letThrough } = parts;
  const user = await admitToHost(python, task, name, policy);
  if ("refused" in user) return user;
  if (user.uid === policy.ownUid) return onHost(user);
  const closed = await closedTo(user, dirname(dataDir));
  if (closed !== undefined)
    return {
      refused: `${user.name} cannot come at the server's data folder ${dataDir}, because ${closed} is closed to others: put it where every user may pass (ROTA_DATA), as below /var/lib.`,
    };
  await letThrough(folders);
  return onHost(user);
}

/** The first folder from `path` up that the user may not pass through; undefined: none. */
async function closedTo(user: HostUser, path: string): Promise<string | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : user.groups.includes(gid) ? 0o010 : 0o001;
    if ((mode & bit) === 0 && user.uid !== 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
