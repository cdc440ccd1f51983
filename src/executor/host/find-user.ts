import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Interpreter } from "../machine/interpreter.ts";
import type { MachineUser } from "../sandbox/messages.ts";

/** A user of the machine, as the machine's own lists have it. */
export interface HostUser extends MachineUser {
  readonly name: string;
  /** Absolute. */
  readonly home: string;
  readonly shell: string;
}

/** Asks by way of Python: users may come from LDAP and other places that only the system's library knows. */
const question = `
import json, os, pwd, sys
try:
    found = pwd.getpwnam(sys.argv[2]) if sys.argv[1] == "name" else pwd.getpwuid(os.getuid())
except KeyError:
    print("null")
else:
    groups = os.getgrouplist(found.pw_name, found.pw_gid) if sys.argv[1] == "name" else os.getgroups()
    home = found.pw_dir if os.path.isdir(found.pw_dir) else "/"
    print(json.dumps({"name": found.pw_name, "uid": found.pw_uid, "gid": found.pw_gid, "groups": groups,
                      "home": home, "shell": found.pw_shell or "/bin/sh"}))
`;

/** The user of this name, or the one that this process runs as; undefined: there is none. Never cached: groups change. */
export async function findUser(python: Interpreter, name: string | undefined): Promise<HostUser | undefined> {
  const what = name === undefined ? ["own"] : ["name", name];
  const { stdout } = await promisify(execFile)(python.executable, ["-I", "-S", "-c", question, ...what], {
    timeout: 20_000,
  });
  return (JSON.parse(stdout) as HostUser | null) ?? undefined;
}
