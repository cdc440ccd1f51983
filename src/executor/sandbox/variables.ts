import { dirname } from "node:path";
import type { HostUser } from "../host/find-user.ts";

interface Program {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly host: HostUser | undefined;
}

interface Paths {
  /** The execution's own, which marks its processes. */
  readonly folder: string;
  /** Private, and gone afterwards. */
  readonly home: string;
  /** The file that takes the result of a program that finds it by its path. */
  readonly output: string | undefined;
}

/** Where an ordinary login finds programs, those of the administrator last. */
const hostPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/** The whole environment of a program: its task's own, within a few that are always there. */
export function variablesOf(program: Program, { folder, home, output }: Paths): Record<string, string> {
  const { argv, env, host } = program;
  return {
    PATH: host === undefined ? `${dirname(argv[0] ?? "")}:/usr/local/bin:/usr/bin:/bin` : hostPath,
    LANG: "C.UTF-8",
    ...env,
    ...(host === undefined
      ? { HOME: home }
      : { HOME: host.home, USER: host.name, LOGNAME: host.name, SHELL: host.shell }),
    TMPDIR: home,
    ...(output === undefined ? {} : { ROTA_OUTPUT: output }),
    ROTA_EXECUTION: folder,
  };
}
