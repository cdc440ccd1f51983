import type { Task } from "../../runs/ports/executor.ts";
import type { Interpreter } from "../machine/interpreter.ts";
import { findUser, type HostUser } from "./find-user.ts";

/** Whether a server lets steps act on its own machine, and as whom it runs itself. */
export interface HostPolicy {
  readonly allowed: boolean;
  /** undefined where the system has none. */
  readonly ownUid: number | undefined;
}

/** The user that a task at place `host` runs as, or a sentence that says why it does not. */
export async function admitToHost(
  python: Interpreter,
  task: Task,
  user: string | undefined,
  policy: HostPolicy,
): Promise<HostUser | { readonly refused: string }> {
  if (!policy.allowed)
    return refused(
      "This server runs no steps on its own machine (place host): `rota serve --allow-host-steps` allows them.",
    );
  if (task.isolation === "required")
    return refused("It asks for full isolation, and on the server's own machine (place host) there is none.");
  if (!task.network)
    return refused(
      "It asks for a sandbox without network, and on the server's own machine (place host) there is none.",
    );
  if (user !== undefined && !/^[^\0-\x20:/,]{1,256}$/u.test(user))
    return refused(`${JSON.stringify(user.slice(0, 40))} is no name of a user.`);
  const found = await findUser(python, user);
  if (found === undefined)
    return refused(
      user === undefined
        ? "The user that the server runs as has no name on its machine: name a user for place host."
        : `There is no user ${user} on the server's machine.`,
    );
  return problemWith(found, user, policy) ?? found;
}

function problemWith(found: HostUser, user: string | undefined, { ownUid }: HostPolicy) {
  if (found.uid === 0 && user !== found.name)
    return refused("The server runs as root: name the user for place host; root only where root is named.");
  if (ownUid !== 0 && found.uid !== ownUid)
    return refused(
      `It is to run as ${found.name}, and only a server that runs as root can do that: this one can run it as its own user only.`,
    );
  return undefined;
}

const refused = (sentence: string) => ({ refused: sentence });
