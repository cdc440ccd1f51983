import { dirname } from "node:path";
import type { IsolationLevel } from "../../core/run/run.ts";
import type { Connection } from "../sandbox/keeper.ts";
import { letOthersPass } from "./admit.ts";
import type { Interpreter } from "./interpreter.ts";
import { tryLevel } from "./try-level.ts";

/** What this machine offers, found by doing it. */
export interface Isolation {
  readonly level: IsolationLevel;
  /** Executions get a user of their own, or a user namespace. */
  readonly separate: boolean;
  /** What control groups limit besides: of "memory" and "pids". */
  readonly groups: readonly string[];
  /** What keeps it from a higher level. */
  readonly lacks: readonly Lack[];
}

export interface Lack {
  readonly what: "namespaces" | "own-user" | "landlock" | "newer-landlock";
  /** For the user. */
  readonly sentence: string;
}

/** Tries whole executions, from the strongest level down, and takes the first that is what it promises. */
export async function probeIsolation(
  connection: Connection,
  python: Interpreter,
  highest: IsolationLevel,
): Promise<Isolation> {
  const lacks: Lack[] = [];
  const { groups } = connection;
  const lack = (what: Lack["what"], sentence: string) => lacks.push({ what, sentence });
  const stay = `the server was told to stay at level ${highest}`;
  const run = (level: IsolationLevel, separate: boolean) => tryLevel(connection, python, { level, separate });

  const full = highest === "full" ? await run("full", true) : { reason: stay };
  if (full.reason === undefined) return { level: "full", separate: true, groups, lacks };
  lack(
    "namespaces",
    `Namespaces, a file system view of its own and a user of its own are not available: ${full.reason}.`,
  );

  let separate = false;
  if (process.getuid?.() === 0) {
    await letOthersPass(dirname(dirname(connection.folder)));
    const { reason } = await run("basic", true);
    separate = reason === undefined;
    if (!separate)
      lack("own-user", `Executions run as root, as a user of their own could not start Python: ${reason}.`);
  }

  const reduced = highest === "basic" ? { reason: stay } : await run("reduced", separate);
  if (reduced.reason === undefined) {
    if (reduced.said) lack("newer-landlock", reduced.said);
    return { level: "reduced", separate, groups, lacks };
  }
  lack(
    "landlock",
    `Landlock, which closes files and sockets without namespaces, is not available: ${reduced.reason}.`,
  );
  return { level: "basic", separate, groups, lacks };
}
